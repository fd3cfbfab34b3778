/**
 * Draws the terminal output on stdin (text with ANSI colours) as an SVG on stdout, for the README:
 *   script -qec 'aicli task run "…" -w hello' /dev/null | node tools/picture.js > docs/task-run.svg
 */
const ESC = String.fromCharCode(27);
const BEL = String.fromCharCode(7);
/** Colours and weights; kept. */
const sgr = new RegExp(`(${ESC}\\[[0-9;]*m)`, 'g');
/** Cursor movements, titles; dropped. */
const controls = new RegExp(`${ESC}(?:\\[[0-9;?]*[A-LN-Za-ln-z]|\\].*?(?:${BEL}|${ESC}\\\\))`, 'g');
const columns = 100;

const colours = {
  30: '#57606a',
  31: '#ff8a80',
  32: '#3dd6a3',
  33: '#ffb000',
  34: '#6cb6ff',
  35: '#d2a8ff',
  36: '#76e3ea',
  37: '#e6edf3',
  90: '#8b949e',
};
const size = 14;
const lineHeight = 20;
const charWidth = 8.43;
const padding = 20;

let input = '';
for await (const chunk of process.stdin) input += chunk;

const lines = input
  .replaceAll('\r\n', '\n')
  .split('\n')
  .map((line) => line.slice(line.lastIndexOf('\r') + 1).replaceAll(controls, ''))
  .flatMap(wrap);
while (lines.at(-1) === '') lines.pop();

const escape = (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/** As a terminal does, but between words. Lines with colours are short. */
function wrap(line) {
  if (line.includes(ESC) || line.length <= columns) return [line];
  const cut = line.lastIndexOf(' ', columns);
  return cut <= 0 ? [line] : [line.slice(0, cut), ...wrap(line.slice(cut + 1))];
}

/** One line as spans; SGR codes last from line to line. */
const style = { colour: '#e6edf3', bold: false, dim: false };
function spans(line) {
  return line.split(sgr).map((part) => {
    if (!part.startsWith(ESC)) {
      const look = `fill="${style.dim ? '#8b949e' : style.colour}"${style.bold ? ' font-weight="bold"' : ''}`;
      return part ? `<tspan ${look}>${escape(part)}</tspan>` : '';
    }
    for (const code of part.slice(2, -1).split(';').map(Number)) {
      if (code === 0) Object.assign(style, { colour: '#e6edf3', bold: false, dim: false });
      else if (code === 1) style.bold = true;
      else if (code === 2) style.dim = true;
      else if (code === 22) Object.assign(style, { bold: false, dim: false });
      else if (code === 39) style.colour = '#e6edf3';
      else style.colour = colours[code] ?? colours[code - 60] ?? style.colour;
    }
    return '';
  });
}

const longest = Math.max(...lines.map((line) => line.replaceAll(sgr, '').length));
const width = Math.ceil(longest * charWidth + 2 * padding);
const height = lines.length * lineHeight + 2 * padding;
const rows = lines.map(
  (line, i) =>
    `<text x="${padding}" y="${padding + size + i * lineHeight}" xml:space="preserve">${spans(line).join('')}</text>`,
);
process.stdout.write(
  `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, monospace" font-size="${size}">
<rect width="100%" height="100%" rx="8" fill="#0d1117"/>
${rows.join('\n')}
</svg>
`,
);
