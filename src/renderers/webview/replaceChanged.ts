/**
 * New markup in place of old, touching only what changed: a live output is drawn several times a second, and a button
 * that is replaced between press and release is never clicked.
 */

/** @param html as views make it: one element, whose children are the parts that change or stay */
export function replaceChanged(root: HTMLElement, html: string): void {
  const template = document.createElement('template');
  template.innerHTML = html;
  const [old, fresh] = [root.children, template.content.children];
  if (old.length === 1 && fresh.length === 1 && old[0].isEqualNode(fresh[0])) return;
  if (old.length !== 1 || fresh.length !== 1 || old[0].tagName !== fresh[0].tagName || old[0].tagName === 'svg')
    root.replaceChildren(...fresh);
  else {
    for (const { name, value } of fresh[0].attributes) old[0].setAttribute(name, value);
    replaceParts(old[0], [...fresh[0].children]);
  }
}

function replaceParts(parent: Element, fresh: readonly Element[]): void {
  const old = [...parent.children];
  for (const [i, part] of fresh.entries()) {
    const before = old[i];
    if (before instanceof HTMLDetailsElement && part instanceof HTMLDetailsElement) part.open = before.open;
    if (!before) parent.append(part);
    else if (!before.isEqualNode(part)) before.replaceWith(part);
  }
  for (const part of old.slice(fresh.length)) part.remove();
}
