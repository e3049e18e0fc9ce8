/** RFC 5321: no address that mail can reach is longer. */
export const longestEmail = 254;

/** An e-mail address as we compare it: without space around it, in small letters. */
export const normaliseEmail = (text: string): string => text.trim().toLowerCase();
