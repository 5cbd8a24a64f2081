export default definePageConfig({ navigationBarTitleText: 'suite' });
