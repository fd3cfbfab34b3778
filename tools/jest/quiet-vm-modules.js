/** Jest runs ESM by Node's experimental vm modules. Silences that one warning, and no other. */
const emitWarning = process.emitWarning.bind(process);
process.emitWarning = (warning, ...rest) => {
  if (String(warning).startsWith('VM Modules is an experimental feature')) return;
  emitWarning(warning, ...rest);
};
