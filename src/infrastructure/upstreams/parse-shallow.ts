/** How deep a reply may nest. Ours have five levels; whoever walks a value of thousands runs out of stack. */
export const deepestReply = 32;

const quote = 34;
const backslash = 92;
/** `[` and `{` differ in this bit only, as do `]` and `}`. */
const curly = 32;
const opener = 123;
const closer = 125;

/** Where the string ends that begins at `start`. */
function endOfString(text: string, start: number): number {
  let end = text.indexOf('"', start + 1);
  for (;;) {
    if (end === -1) return text.length;
    let slashes = 0;
    while (text.charCodeAt(end - 1 - slashes) === backslash) slashes += 1;
    if (slashes % 2 === 0) return end;
    end = text.indexOf('"', end + 1);
  }
}

function isDeep(text: string): boolean {
  let depth = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === quote) at = endOfString(text, at);
    else if ((code | curly) === opener) {
      depth += 1;
      if (depth > deepestReply) return true;
    } else if ((code | curly) === closer) depth -= 1;
  }
  return false;
}

/** JSON of a bounded depth. @throws SyntaxError that quotes nothing when it is deeper; else the parser's own. */
export function parseShallow(text: string): unknown {
  if (isDeep(text)) throw new SyntaxError('the reply nests too deep');
  return JSON.parse(text);
}
