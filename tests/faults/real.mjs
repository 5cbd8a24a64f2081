export const runReal = async () => undefined;
