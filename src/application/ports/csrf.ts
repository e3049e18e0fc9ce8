/** What a page that has logged in by cookies knows, and no other page does. */
export interface Csrf {
  /** The same for a session all its life. */
  tokenOf(sessionId: string): string;
  isOf(sessionId: string, token: string): boolean;
  /** Takes as long whatever is wrong. */
  isSame(a: string, b: string): boolean;
}
