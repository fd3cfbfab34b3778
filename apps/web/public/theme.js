// Runs before the first paint, so that a chosen theme does not flash. Its rules are those of src/app/theme/theme.ts.
(function () {
  var choice = null;
  try {
    choice = localStorage.getItem('aicode.theme');
  } catch {
    // Storage is forbidden: the system's theme.
  }
  var dark = choice === 'dark' || (choice !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches);
  document.documentElement.dataset.theme = dark ? 'dark' : 'light';
})();
