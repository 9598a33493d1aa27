/** Reads TensorBoard's event files by the format alone: TFRecord framing, a bitwise CRC-32C, protobuf's wire format. */

/** A field of a protobuf message: a number (varint, fixed32, fixed64 as float or double) or bytes. */
export type Field = number | Buffer;
export type Message = ReadonlyMap<number, readonly Field[]>;

/** x^32 + … reflected, one bit at a time. */
function crc32c(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0x82f63b78 : crc >>> 1;
  }
  return ~crc >>> 0;
}

function checked(bytes: Buffer, mask: number): Buffer {
  const crc = crc32c(bytes);
  const rotated = ((crc >>> 15) | (crc << 17)) >>> 0;
  if ((rotated + 0xa282ead8) % 2 ** 32 !== mask) throw new Error('a checksum is wrong');
  return bytes;
}

/** The data of every record. @throws Error on a wrong checksum or a record that is cut off */
export function recordsOf(file: Buffer): Buffer[] {
  const records: Buffer[] = [];
  for (let at = 0; at < file.length; ) {
    const length = Number(checked(file.subarray(at, at + 8), file.readUInt32LE(at + 8)).readBigUInt64LE());
    records.push(checked(file.subarray(at + 12, at + 12 + length), file.readUInt32LE(at + 12 + length)));
    at += 16 + length;
  }
  return records;
}

/** The fields of a message by number. */
export function messageOf(bytes: Buffer): Message {
  const fields = new Map<number, Field[]>();
  let at = 0;
  const varint = () => {
    let [value, factor] = [0, 1];
    for (;;) {
      const byte = bytes[at++];
      value += (byte & 127) * factor;
      if (byte < 128) return value;
      factor *= 128;
    }
  };
  const readers: Readonly<Record<number, () => Field>> = {
    0: varint,
    1: () => bytes.readDoubleLE((at += 8) - 8),
    2: () => {
      const length = varint();
      return bytes.subarray(at, (at += length));
    },
    5: () => bytes.readFloatLE((at += 4) - 4),
  };
  while (at < bytes.length) {
    const key = varint();
    fields.set(key >> 3, [...(fields.get(key >> 3) ?? []), readers[key & 7]()]);
  }
  if (at !== bytes.length) throw new Error('a message is cut off');
  return fields;
}

const number = (message: Message, field: number): number => (message.get(field)?.[0] as number | undefined) ?? 0;
const text = (message: Message, field: number): string => message.get(field)?.[0]?.toString() ?? '';
const part = (message: Message, field: number): Message =>
  messageOf((message.get(field)?.[0] as Buffer) ?? Buffer.of());
const parts = (message: Message, field: number): Message[] =>
  (message.get(field) ?? []).map((bytes) => messageOf(bytes as Buffer));

/** An event as its reader needs it: the file's version, or the values of a step. */
export interface ReadEvent {
  readonly wallTime: number;
  readonly step: number;
  readonly version: string;
  readonly scalars: Readonly<Record<string, number>>;
  readonly texts: Readonly<Record<string, string>>;
  /** Of the hparams plugin: its tags, with the data of each. */
  readonly plugins: Readonly<Record<string, Message>>;
}

export const eventsOf = (file: Buffer): ReadEvent[] =>
  recordsOf(file).map((bytes) => {
    const event = messageOf(bytes);
    const read = {
      wallTime: number(event, 1),
      step: number(event, 2),
      version: text(event, 3),
      scalars: {} as Record<string, number>,
      texts: {} as Record<string, string>,
      plugins: {} as Record<string, Message>,
    };
    for (const value of parts(part(event, 5), 1)) {
      const tag = text(value, 1);
      const plugin = part(part(value, 9), 1);
      if (value.has(2)) read.scalars[tag] = number(value, 2);
      else if (text(plugin, 1) === 'text') read.texts[tag] = text(part(value, 8), 8);
      else if (text(plugin, 1) === 'hparams') read.plugins[tag] = part(plugin, 2);
    }
    return read;
  });

/** The settings of a session: a map of names to numbers, texts and truth values. */
export function settingsOf(plugin: Message): Readonly<Record<string, number | string | boolean>> {
  const entries = parts(part(plugin, 3), 1).map((entry) => {
    const value = part(entry, 2);
    const setting = value.has(2) ? number(value, 2) : value.has(3) ? text(value, 3) : number(value, 4) === 1;
    return [text(entry, 1), setting] as const;
  });
  return Object.fromEntries(entries);
}

/** How a session ended: 1 success, 2 failure. */
export const statusOf = (plugin: Message): number => number(part(plugin, 4), 1);
