import { render } from 'preact';
import { App } from './app.tsx';
import { type Language, languages, makeI18n, textsOf } from './i18n.ts';
import { kept } from './kept.ts';
import { applyTheme } from './theme.ts';
import './style.css';

const all = Object.keys(languages) as Language[];
const preferred = navigator.languages
  .map((tag) => tag.slice(0, 2))
  .find((tag) => all.some((one) => one === tag));
const choice = kept<Language>('language', all, (preferred as Language | undefined) ?? 'en');

applyTheme();
const language = choice.read();
const texts = await textsOf(language);
const root = document.getElementById('app');
if (root) render(<App first={makeI18n(language, texts)} store={choice.write} />, root);
