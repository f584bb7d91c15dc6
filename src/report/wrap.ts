/**
 * The indent of what continues a line that begins at the edge: no name, and nothing that a server says, is to begin a line
 * where Godwit's own begin.
 */
export const deeper = "  ";

/**
 * Breaks a text into lines at spaces. A word that is longer than the line stays whole: it may be a command or a path
 * that is to be copied.
 *
 * @param width in characters, the indent included
 * @param indent put before every line but the first, which stands behind something as wide
 */
export function wrap(text: string, width: number, indent = ""): string {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line !== "" && indent.length + line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  lines.push(line);
  return lines.join(`\n${indent}`);
}
