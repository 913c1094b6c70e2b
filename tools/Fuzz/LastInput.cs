using System.Buffers.Binary;
using System.IO.MemoryMappedFiles;

namespace Fuzz;

/// <summary>
/// The input in hand, in a mapped file: where the process dies of it (a stack overflow, no memory), the file tells
/// what it was. It costs one copy an execution, no system call.
/// </summary>
internal sealed class LastInput : IDisposable
{
    //  0        4
    // | length | input |    a length of 0xFFFFFFFF: none in hand
    private const int Header = 4;
    private const uint None = uint.MaxValue;

    private readonly MemoryMappedFile file;
    private readonly MemoryMappedViewAccessor view;

    public LastInput(string path, int lengthMax)
    {
        file = MemoryMappedFile.CreateFromFile(path, FileMode.Create, null, Header + lengthMax);
        view = file.CreateViewAccessor();
        Clear();
    }

    public void Set(ReadOnlySpan<byte> input)
    {
        view.SafeMemoryMappedViewHandle.WriteSpan(Header, input);
        view.Write(0, (uint)input.Length);
    }

    public void Clear() => view.Write(0, None);

    /// <summary>What a dead process had in hand; null where it had none, or there is no such file.</summary>
    public static byte[]? Of(string path)
    {
        if (!File.Exists(path))
        {
            return null;
        }

        var bytes = File.ReadAllBytes(path);
        var length = BinaryPrimitives.ReadUInt32LittleEndian(bytes);
        return length == None ? null : bytes[Header..(Header + (int)length)];
    }

    public void Dispose()
    {
        view.Dispose();
        file.Dispose();
    }
}
