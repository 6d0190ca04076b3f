/** Reserved words, which are never names: where only a keyword is possible, a grammar may still parse them as names. */

const words = (text: string): readonly string[] => text.trim().split(/\s+/);

/** ECMAScript 2024, 12.7.2, including those of strict mode, in which modules are. */
export const ofJavaScript = words(`
  await break case catch class const continue debugger default delete do else enum export extends false finally for function if implements
  import in instanceof interface let new null package private protected public return static super switch this throw true try typeof var
  void while with yield`);

/** `keyword.kwlist` of Python 3.13. */
export const ofPython = words(`
  False None True and as assert async await break class continue def del elif else except finally for from global if import in is lambda
  nonlocal not or pass raise return try while with yield`);

/** The Go Programming Language Specification, Keywords. */
export const ofGo = words(`
  break case chan const continue default defer else fallthrough for func go goto if import interface map package range return select
  struct switch type var`);

/** The Rust Reference, 2.1, strict and reserved ones. */
export const ofRust = words(`
  Self abstract as async await become box break const continue crate do dyn else enum extern false final fn for gen if impl in let loop
  macro match mod move mut override priv pub ref return self static struct super trait true try type typeof unsafe unsized use virtual
  where while yield`);

/** The Java Language Specification, 3.9, with the literals. */
export const ofJava = words(`
  _ abstract assert boolean break byte case catch char class const continue default do double else enum extends false final finally float
  for goto if implements import instanceof int interface long native new null package private protected public return short static
  strictfp super switch synchronized this throw throws transient true try void volatile while`);

/** C17, 6.4.1, and C++20, 5.11: one list, since headers are read by both. */
export const ofC = words(`
  _Alignas _Alignof _Atomic _Bool _Complex _Generic _Imaginary _Noreturn _Static_assert _Thread_local alignas alignof and and_eq asm auto
  bitand bitor bool break case catch char char16_t char32_t char8_t class co_await co_return co_yield compl concept const const_cast
  consteval constexpr constinit continue decltype default delete do double dynamic_cast else enum explicit export extern false float for
  friend goto if inline int long mutable namespace new noexcept not not_eq nullptr operator or or_eq private protected public register
  reinterpret_cast requires restrict return short signed sizeof static static_assert static_cast struct switch template this thread_local
  throw true try typedef typeid typename union unsigned using virtual void volatile wchar_t while xor xor_eq`);

/** The C# specification, 6.4.4. */
export const ofCSharp = words(`
  abstract as base bool break byte case catch char checked class const continue decimal default delegate do double else enum event explicit
  extern false finally fixed float for foreach goto if implicit in int interface internal is lock long namespace new null object operator
  out override params private protected public readonly ref return sbyte sealed short sizeof stackalloc static string struct switch this
  throw true try typeof uint ulong unchecked unsafe ushort using virtual void volatile while`);
