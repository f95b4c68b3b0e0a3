const SUB_VARIABLE = /\$\{(!?)([^}]+)\}/g;

/** Returns the variables of an `Fn::Sub` string, without the literals `${!…}`. */
export function subVariables(text: string): string[] {
  return [...text.matchAll(SUB_VARIABLE)].flatMap(([, literal, name]) =>
    literal || name === undefined ? [] : [name.trim()],
  );
}

/** Replaces the variables of an `Fn::Sub` string; `${!x}` becomes `${x}`. */
export function substitute(text: string, valueOf: (variable: string) => string): string {
  return text.replace(SUB_VARIABLE, (_, literal: string, name: string) =>
    literal ? `\${${name}}` : valueOf(name.trim()),
  );
}
