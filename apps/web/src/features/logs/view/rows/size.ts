import { useTranslation } from 'react-i18next';

/** Says how large something is, in the reader's language: `1.2 MB`. */
export function useSize(): (characters: number) => string {
  const { i18n } = useTranslation('logs');
  return (characters) => {
    const [unit, size] =
      characters >= 1e6 ? ['MB', characters / 1e6] : characters >= 1e3 ? ['kB', characters / 1e3] : ['B', characters];
    return `${new Intl.NumberFormat(i18n.language, { maximumFractionDigits: 1 }).format(Number(size))} ${unit}`;
  };
}
