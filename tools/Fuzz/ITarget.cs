namespace Fuzz;

/// <summary>
/// A part of the product that takes bytes from strangers. It lets out nothing but what no input may cause: what the
/// part declares (ProtocolException, NoiseException, UsageException) is caught here and is an outcome like any other.
/// </summary>
internal interface ITarget
{
    /// <summary>As people type it.</summary>
    string Name { get; }

    /// <summary>One sentence: what is fuzzed, and what must hold.</summary>
    string About { get; }

    /// <summary>No longer input is made, in bytes.</summary>
    int LengthMax { get; }

    /// <summary>More managed bytes than this for one input are a finding.</summary>
    long AllocatedMax { get; }

    /// <summary>Good inputs, made by our own encoder: what mutation starts from.</summary>
    IEnumerable<byte[]> Seeds();

    /// <summary>Pieces of the input's language, to be put anywhere.</summary>
    IReadOnlyList<byte[]> Words { get; }

    /// <summary>One execution. Deterministic: the same input takes the same way again.</summary>
    /// <exception cref="Exception">A finding.</exception>
    void Try(ReadOnlySpan<byte> input);
}
