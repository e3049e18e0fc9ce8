/** What the application may say. ERROR wakes someone up: a healthy system has none. Never tokens, bodies, names. */
export interface Logger {
  error(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  info(fields: object, message: string): void;
  debug(fields: object, message: string): void;
}
