/** Nothing runs in a workspace that the user has not trusted; saved outputs are drawn all the same. */

import * as vscode from 'vscode';

/** Whether code may run; says so, and how to change it, when it may not. */
export async function mayRun(): Promise<boolean> {
  if (vscode.workspace.isTrusted) return true;
  const manage = 'Manage Workspace Trust';
  const text = 'Cells run only in a trusted workspace. Saved outputs are shown.';
  void vscode.window.showWarningMessage(text, manage).then((answer) => {
    if (answer === manage) void vscode.commands.executeCommand('workbench.trust.manage');
  });
  return false;
}
