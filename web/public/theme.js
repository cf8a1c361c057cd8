// Runs before the first paint, as a file because the content security policy allows no inline script.
(() => {
  let theme = null;
  try {
    theme = localStorage.getItem('starling.theme');
  } catch {
    // Storage can be switched off; the system's theme is used then.
  }
  const dark = theme ? theme === 'dark' : matchMedia('(prefers-color-scheme: dark)').matches;
  document.documentElement.dataset.theme = dark ? 'dark' : 'light';
})();
