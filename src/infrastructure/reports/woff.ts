import { inflateSync } from 'node:zlib';

const headerBytes = { woff: 44, woffEntry: 20, sfnt: 12, sfntEntry: 16 };
const signature = 0x774f4646;

const padded = (length: number): number => (length + 3) & ~3;

/** The OpenType font in a WOFF 1.0 file (W3C): the same tables, unpacked. @throws Error for any other file. */
export function unpackedWoff(file: Buffer): Buffer {
  if (file.readUInt32BE(0) !== signature) throw new Error('this is no WOFF file');
  const count = file.readUInt16BE(12);
  const tables = Array.from({ length: count }, (_, at) => {
    const entry = headerBytes.woff + at * headerBytes.woffEntry;
    const [offset, packed, length] = [4, 8, 12].map((field) => file.readUInt32BE(entry + field)) as [
      number,
      number,
      number,
    ];
    const bytes = file.subarray(offset, offset + packed);
    return {
      tag: file.subarray(entry, entry + 4),
      checksum: file.readUInt32BE(entry + 16),
      bytes: packed < length ? inflateSync(bytes) : bytes,
    };
  });
  const directory = headerBytes.sfnt + count * headerBytes.sfntEntry;
  const font = Buffer.alloc(tables.reduce((end, { bytes }) => end + padded(bytes.length), directory));
  const power = Math.floor(Math.log2(count));
  font.writeUInt32BE(file.readUInt32BE(4), 0);
  [count, 2 ** power * 16, power, (count - 2 ** power) * 16].forEach((value, at) => {
    font.writeUInt16BE(value, 4 + at * 2);
  });
  let offset = directory;
  tables.forEach(({ tag, checksum, bytes }, at) => {
    const entry = headerBytes.sfnt + at * headerBytes.sfntEntry;
    tag.copy(font, entry);
    [checksum, offset, bytes.length].forEach((value, field) => {
      font.writeUInt32BE(value, entry + 4 + field * 4);
    });
    bytes.copy(font, offset);
    offset += padded(bytes.length);
  });
  return font;
}
