/** The editor's theme in the page of outputs: which one it is, its colours for pictures, and when it changes. */

import { editorPalette } from '../views/editorPalette.ts';
import { cssVariables, type Palette, type ThemeName } from '../views/theme.ts';

/** VS Code marks the body of the page; the more particular class comes first. */
const bodyClasses: readonly (readonly [className: string, theme: ThemeName])[] = [
  ['vscode-high-contrast-light', 'highContrastLight'],
  ['vscode-high-contrast', 'highContrast'],
  ['vscode-dark', 'dark'],
  ['vscode-light', 'light'],
];

/** The present theme. */
export const themeName = (): ThemeName =>
  bodyClasses.find(([className]) => document.body.classList.contains(className))?.[1] ?? 'light';

/** The palette of the present theme as CSS declarations. */
export const themeVariables = (): string => cssVariables(themePalette());

/** The palette of the present theme. */
export function themePalette(): Palette {
  const name = themeName();
  const style = getComputedStyle(document.documentElement);
  const read = (color: string): string => style.getPropertyValue(`--vscode-${color}`).trim();
  return editorPalette(name, (color) => (isLoud(name, color) ? '' : read(color)));
}

/** High-contrast themes draw guides in the strongest colour there is; as grid lines they would hide the curves. */
const isLoud = (name: ThemeName, color: string): boolean =>
  name.startsWith('highContrast') && color === 'editorIndentGuide-background1';

/** Calls `changed` after every change of the theme until the returned function is called. */
export function watchTheme(changed: () => void): () => void {
  const observer = new MutationObserver(changed);
  const attributes = ['class', 'data-vscode-theme-id', 'data-vscode-theme-kind'];
  observer.observe(document.body, { attributes: true, attributeFilter: attributes });
  // The colours themselves are variables on the root element and may come after the class.
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ['style'] });
  return () => observer.disconnect();
}
