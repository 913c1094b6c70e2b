namespace Drivers.Hashing.Lanes;

/// <summary>
/// The operations of SHA-256 (FIPS 180-4 §4.1.2) on a vector of words, one word of each of several messages: what one
/// message does in a lane, the others do beside it.
/// </summary>
internal interface ILanes<TVector>
    where TVector : unmanaged
{
    /// <summary>How many messages are hashed at once.</summary>
    static abstract int Count { get; }

    /// <summary>The same word in every lane.</summary>
    static abstract TVector All(uint word);

    /// <summary>0, 1, 2, … from the first lane on.</summary>
    static abstract TVector Indices { get; }

    static abstract TVector Add(TVector x, TVector y);

    /// <summary>The four bytes of each word turned around.</summary>
    static abstract TVector Reversed(TVector x);

    /// <summary>Σ0(x) + Maj(x, y, z).</summary>
    static abstract TVector Sum0Majority(TVector x, TVector y, TVector z);

    /// <summary>Σ1(x) + Ch(x, y, z).</summary>
    static abstract TVector Sum1Choose(TVector x, TVector y, TVector z);

    /// <summary>σ0(x), of the message schedule.</summary>
    static abstract TVector Sigma0(TVector x);

    /// <summary>σ1(x), of the message schedule.</summary>
    static abstract TVector Sigma1(TVector x);

    /// <summary>A bit for each lane, the first one's lowest: set where none of the mask's bits is set in x.</summary>
    static abstract uint WithoutBits(TVector x, TVector mask);
}
