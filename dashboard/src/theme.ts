/** Light, dark, or as the system has it. */
import { useState } from 'preact/hooks';
import { kept } from './kept.ts';

export const themes = ['system', 'light', 'dark'] as const;
export type Theme = (typeof themes)[number];

const choice = kept<Theme>('theme', themes, 'system');

export function applyTheme(theme: Theme = choice.read()): void {
  document.documentElement.dataset.theme = theme;
}

export function useTheme(): [Theme, (theme: Theme) => void] {
  const [theme, setTheme] = useState(choice.read());
  return [
    theme,
    (chosen) => {
      choice.write(chosen);
      applyTheme(chosen);
      setTheme(chosen);
    },
  ];
}
