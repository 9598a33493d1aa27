/** Names of the settings as package.json declares them. */

export const settingNames = {
  nodePath: 'kernel.nodePath',
  memoryLimit: 'kernel.memoryLimit',
  textLimit: 'output.textLimit',
  richLimit: 'output.richLimit',
  threads: 'training.threads',
  seed: 'training.seed',
  tensorflowPath: 'tensorflow.path',
  saveOutputs: 'textNotebook.saveOutputs',
} as const;

export const settingsSection = 'nfm';
