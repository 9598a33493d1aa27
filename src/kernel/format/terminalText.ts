/**
 * Printed text as a terminal leaves it on the screen: `\r` goes back to the start of the line and `\b` one place to the
 * left, and what follows overwrites. A progress line that was drawn a thousand times is one line.
 */
export function applyControls(text: string): string {
  if (!/[\r\b]/.test(text)) return text;
  return text
    .split(/\r?\n/)
    .map((line) => (/[\r\b]/.test(line) ? overwritten(line) : line))
    .join('\n');
}

function overwritten(line: string): string {
  const screen: string[] = [];
  let at = 0;
  for (const c of line)
    if (c === '\r') at = 0;
    else if (c === '\b') at = Math.max(0, at - 1);
    else screen[at++] = c;
  return screen.join('');
}
