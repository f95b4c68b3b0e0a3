import { useState } from 'react';

/** A setting of the page that the browser remembers, unless it blocks storage. */
export function useStored(name: string, usual: boolean): readonly [boolean, (value: boolean) => void] {
  const [value, setValue] = useState(() => read(name) ?? usual);
  return [
    value,
    (next) => {
      setValue(next);
      try {
        localStorage.setItem(name, String(next));
      } catch {
        // The setting lasts as long as the page.
      }
    },
  ];
}

function read(name: string): boolean | undefined {
  try {
    const text = localStorage.getItem(name);
    return text === null ? undefined : text === 'true';
  } catch {
    return undefined;
  }
}
