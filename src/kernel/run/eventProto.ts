/**
 * The messages of TensorBoard's event files that a run needs, of tensorflow's event.proto, summary.proto and
 * tensor.proto and of the hparams plugin's plugin_data.proto.
 */

import protobuf from 'protobufjs/light.js';

const field = (id: number, type: string) => ({ id, type });
const repeated = (id: number, type: string) => ({ id, type, rule: 'repeated' });
const byName = (id: number, type: string) => ({ id, type, keyType: 'string' });

const messages = protobuf.Root.fromJSON({
  nested: {
    Event: {
      fields: {
        wallTime: field(1, 'double'),
        step: field(2, 'int64'),
        fileVersion: field(3, 'string'),
        summary: field(5, 'Summary'),
      },
    },
    Summary: { fields: { value: repeated(1, 'Value') } },
    Value: {
      fields: {
        tag: field(1, 'string'),
        simpleValue: field(2, 'float'),
        tensor: field(8, 'TensorProto'),
        metadata: field(9, 'SummaryMetadata'),
      },
      oneofs: { content: { oneof: ['simpleValue', 'tensor'] } }, // so that 0 is a value
    },
    SummaryMetadata: { fields: { pluginData: field(1, 'PluginData') } },
    PluginData: { fields: { pluginName: field(1, 'string'), content: field(2, 'bytes') } },
    TensorProto: {
      fields: {
        dtype: field(1, 'int32'),
        tensorShape: field(2, 'TensorShapeProto'),
        stringVal: repeated(8, 'string'), // bytes in the original, of the same encoding
      },
    },
    TensorShapeProto: { fields: { dim: repeated(2, 'Dim') } },
    Dim: { fields: { size: field(1, 'int64') } },
    HParamsPluginData: {
      fields: {
        version: field(1, 'int32'),
        sessionStartInfo: field(3, 'SessionStartInfo'),
        sessionEndInfo: field(4, 'SessionEndInfo'),
      },
    },
    SessionStartInfo: {
      fields: {
        hparams: byName(1, 'HParam'),
        startTimeSecs: field(5, 'double'),
      },
    },
    /** google.protobuf.Value without its lists and objects. */
    HParam: {
      fields: {
        numberValue: field(2, 'double'),
        stringValue: field(3, 'string'),
        boolValue: field(4, 'bool'),
      },
      oneofs: { kind: { oneof: ['numberValue', 'stringValue', 'boolValue'] } },
    },
    SessionEndInfo: { fields: { status: field(1, 'int32'), endTimeSecs: field(2, 'double') } },
  },
});

/** One curve point, or a text or plugin value. */
export interface SummaryValue {
  readonly tag: string;
  readonly simpleValue?: number;
  readonly tensor?: object;
  readonly metadata?: { readonly pluginData: { readonly pluginName: string; readonly content?: Uint8Array } };
}

export interface EventMessage {
  /** Seconds since 1970. */
  readonly wallTime: number;
  readonly step?: number;
  readonly fileVersion?: string;
  readonly summary?: { readonly value: readonly SummaryValue[] };
}

const encode = (type: string, message: object): Uint8Array => {
  const known = messages.lookupType(type);
  return known.encode(known.fromObject(message)).finish();
};

export const encodeEvent = (event: EventMessage): Uint8Array => encode('Event', event);

/** A tag and its number. */
export const scalar = (tag: string, value: number): SummaryValue => ({ tag, simpleValue: value });

const dataTypes = { float: 1, string: 7 };

/** A text in Markdown, for the page "Text". */
export const text = (tag: string, markdown: string): SummaryValue => ({
  tag,
  tensor: { dtype: dataTypes.string, tensorShape: { dim: [{ size: 1 }] }, stringVal: [markdown] },
  metadata: { pluginData: { pluginName: 'text' } },
});

export type Setting = number | string | boolean;

/** The settings of a run, for the page "HParams". */
export function sessionStart(settings: Readonly<Record<string, Setting>>, seconds: number): SummaryValue {
  const hparams = Object.fromEntries(Object.entries(settings).map(([name, value]) => [name, hparam(value)]));
  return plugin('session_start_info', { sessionStartInfo: { hparams, startTimeSecs: seconds } });
}

const hparam = (value: Setting) =>
  typeof value === 'number'
    ? { numberValue: value }
    : typeof value === 'boolean'
      ? { boolValue: value }
      : { stringValue: value };

/** How a run ended. */
export const sessionEnd = (status: 'success' | 'failure', seconds: number): SummaryValue =>
  plugin('session_end_info', { sessionEndInfo: { status: status === 'success' ? 1 : 2, endTimeSecs: seconds } });

/** What a plugin reads are bytes beside an empty tensor. */
const plugin = (name: string, data: object): SummaryValue => ({
  tag: `_hparams_/${name}`,
  tensor: { dtype: dataTypes.float, tensorShape: { dim: [{ size: 0 }] } },
  metadata: {
    pluginData: { pluginName: 'hparams', content: encode('HParamsPluginData', { version: 0, ...data }) },
  },
});
