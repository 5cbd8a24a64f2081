import { defineConfig } from 'vitest/config';

// The fetch of happy-dom asks only its page's own origin.
const url = process.env.SSE_SERVER;
export default defineConfig({
  test: { testTimeout: 20_000, environmentOptions: { jsdom: { url }, happyDOM: { url } } },
});
