import { onLanguage, start, write } from './language.js';

start();

// Imported late, so that a page without the built package can say so.
try {
  const [{ startConnection }, { startChat }] = await Promise.all([import('./connection.js'), import('./chat.js')]);
  startConnection();
  startChat();
  document.documentElement.dataset.ready = 'true';
} catch (error) {
  const banner = document.getElementById('load-problem');
  onLanguage(() => write(banner, 'load.problem', { message: error.message }));
  banner.hidden = false;
  throw error;
}
