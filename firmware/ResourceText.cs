namespace Firmware;

/// <summary>Files that are part of the binary.</summary>
internal static class ResourceText
{
    /// <param name="name">The file's name, as the project file has it.</param>
    public static string Read(string name)
    {
        using var stream = typeof(ResourceText).Assembly.GetManifestResourceStream(name)!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
