// As much of React, '@tarojs/components' and '@tarojs/taro' as the README's examples need; readme-app.mjs puts it in their place.
const states = [];
const unloads = [];
let at = 0;
let draw = () => {};

export const useState = (initial) => {
  const own = at++;
  if (!(own in states)) states[own] = initial;
  const set = (next) => {
    states[own] = typeof next === 'function' ? next(states[own]) : next;
    draw();
  };
  return [states[own], set];
};
export const useRef = (initial) => useState({ current: initial })[0];
export const useUnload = (callback) => {
  unloads[0] = callback;
};

export const h = (type, props, ...children) => ({ type, props: props ?? {}, children: children.flat() });
export const [View, Text, Input, Button] = ['view', 'text', 'input', 'button'];

const textOf = (node) => (typeof node === 'object' && node !== null ? node.children.map(textOf).join('') : node === false || node == null ? '' : `${node}`);
const all = (node) => (typeof node === 'object' && node !== null ? [node, ...node.children.flatMap(all)] : []);

export const mount = (component) => {
  if (!component) return Page({});
  let nodes;
  const render = () => {
    at = 0;
    nodes = all(component());
  };
  render();
  const user = (name) =>
    function happen(event) {
      nodes.find(({ props }) => props[name]).props[name](event);
    };
  return Page({
    data: {},
    onLoad() {
      draw = () => {
        render();
        this.setData({ texts: nodes.filter(({ type }) => type === 'text').map(textOf) });
      };
      draw();
    },
    onUnload: () => unloads.forEach((callback) => callback()),
    onInput: user('onInput'),
    onClick: user('onClick'),
  });
};

// As Taro does it: what an interceptor gives back is all that is passed on.
const interceptors = [];
const send = (options) => {
  let task;
  const promise = new Promise((resolve, reject) => {
    task = wx.request({
      ...options,
      success(response) {
        if (options.success) options.success(response);
        resolve(response);
      },
      fail(failure) {
        if (options.fail) options.fail(failure);
        reject(failure);
      },
    });
  });
  return Object.assign(promise, task);
};
const chain = (index, requestParams) => ({
  requestParams,
  proceed(params) {
    const next = index < interceptors.length ? interceptors[index](chain(index + 1, params)) : send(params);
    const result = next.catch((error) => Promise.reject(error));
    for (const [name, method] of Object.entries(next)) if (typeof method === 'function') result[name] = method;
    return result;
  },
});

export default {
  getStorageSync: () => 'key',
  addInterceptor: (interceptor) => interceptors.push(interceptor),
  request: (options) => chain(0, options).proceed(options),
};
