namespace Drivers;

public static class EnumWords
{
    /// <summary>A name as a person reads it: NotRead is "not read".</summary>
    public static string Words<T>(this T value)
        where T : struct, Enum =>
        string.Concat(value.ToString().Select((letter, at) =>
            char.IsAsciiLetterUpper(letter) ? (at == 0 ? "" : " ") + char.ToLowerInvariant(letter) : $"{letter}"));
}
