namespace Drivers.Hashing.Lanes;

/// <summary>
/// What is the same for every nonce of a header, worked out once and spread over the lanes, beside the memory that the
/// rounds work in. Words and parts of words go by their number in the message schedule.
/// </summary>
/// <param name="memory"><see cref="Size"/> vectors, aligned to the size of one.</param>
internal readonly unsafe struct HeaderPlan<TVector>(TVector* memory)
    where TVector : unmanaged
{
    /// <summary>In vectors.</summary>
    public const int Size = 159;

    /// <summary>The 64 constants of the standard.</summary>
    public TVector* Constants => memory;

    /// <summary>Of the first hash, words 0 to 17 with their constants added.</summary>
    public TVector* FirstWords => memory + 64;

    /// <summary>Of the second hash, words 0 to 15 with their constants added: those that are padding.</summary>
    public TVector* SecondWords => memory + 82;

    /// <summary>What the first hash begins with.</summary>
    public TVector* Midstate => memory + 98;

    /// <summary>
    /// Its variables after round 3 where they do not depend on the nonce; the other two but for the nonce.
    /// </summary>
    public TVector* FirstStart => memory + 106;

    /// <summary>The variables of the second hash after round 0, but for its word 0.</summary>
    public TVector* SecondStart => memory + 114;

    /// <summary>The eight variables.</summary>
    public TVector* State => memory + 122;

    /// <summary>The sixteen words of the schedule.</summary>
    public TVector* Words => memory + 130;

    // Of the first hash: words 16 and 17; what of words 18, 19 and 31 is known without the nonce; the length.
    public ref TVector Word16 => ref memory[146];

    public ref TVector Word17 => ref memory[147];

    public ref TVector Part18 => ref memory[148];

    public ref TVector Part19 => ref memory[149];

    public ref TVector Part31 => ref memory[150];

    public ref TVector FirstLength => ref memory[151];

    public ref TVector FirstLengthSigma0 => ref memory[152];

    // Of the second hash: its length.
    public ref TVector SecondLength => ref memory[153];

    public ref TVector SecondLengthSigma0 => ref memory[154];

    public ref TVector SecondLengthSigma1 => ref memory[155];

    /// <summary>The variable that the last word of the hash begins with.</summary>
    public ref TVector LastInitial => ref memory[158];

    // Of both: the bit that ends a message.
    public ref TVector Padding => ref memory[156];

    public ref TVector PaddingSigma0 => ref memory[157];
}
