/** Relative imports in our ESM sources end in `.js`; under jest they mean the `.ts` beside it. */
module.exports = (request, options) => {
  const relativeSource = /^\.{1,2}\/.*\.js$/.test(request) && !options.basedir.includes('node_modules');
  if (!relativeSource) return options.defaultResolver(request, options);
  try {
    return options.defaultResolver(request.replace(/\.js$/, '.ts'), options);
  } catch {
    return options.defaultResolver(request, options);
  }
};
