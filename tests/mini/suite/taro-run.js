// Beside a built Taro app: runs what the query asks for, when the app's page has laid out the classes as it imports them (taro-app/src/pages/suite).
const suite = require('./suite.js');

const { task, load, ...settings } = JSON.parse(wx.getLaunchOptionsSync().query.suite);
const tell = (error) => wx.reportEvent('suite', { error: `${error && error.name}: ${error && error.message}\n${error && error.stack}` });

const start = () => {
  const { classes } = getApp();
  if (!classes) return void setTimeout(start, 5);
  classes.init(load)
    .then(() => suite[task](classes, settings))
    .then((results) => wx.reportEvent('suite', { engine: classes.EventSource.engine, results }))
    .catch(tell);
};
start();
