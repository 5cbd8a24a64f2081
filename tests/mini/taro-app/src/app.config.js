// The first page is the one that opens.
export default defineAppConfig({
  pages: process.env.TARO_PAGES.split(',').map((page) => `pages/${page}/index`),
});
