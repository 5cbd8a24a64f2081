// As much of Vue and '@dcloudio/uni-app' as the README's examples need; readme-app.mjs puts it in their place.
const unloads = [];
let draw = () => {};

export const ref = (initial) => {
  let value = initial;
  return {
    get value() {
      return value;
    },
    set value(next) {
      value = next;
      draw();
    },
  };
};
export const onUnload = (callback) => unloads.push(callback);

/** What the template names: functions that the user calls, and refs, shown or written by `v-model`. */
export const mount = (names) => {
  const page = {
    data: {},
    onLoad() {
      draw = () => this.setData(Object.fromEntries(Object.entries(names).filter(([, item]) => typeof item !== 'function').map(([name, item]) => [name, item.value])));
      draw();
    },
    onUnload: () => unloads.forEach((callback) => callback()),
  };
  for (const [name, item] of Object.entries(names)) {
    page[name] = typeof item === 'function' ? item : ({ detail }) => {
      item.value = detail.value;
    };
  }
  return Page(page);
};

globalThis.uni ??= { getStorageSync: () => 'key' };
