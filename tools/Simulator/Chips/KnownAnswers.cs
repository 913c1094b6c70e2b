using System.Buffers.Binary;

namespace Simulator.Chips;

/// <summary>A result that silicon was seen to find: the four nonce bytes, and the version bits it had rolled.</summary>
internal readonly record struct KnownAnswer(uint Nonce, ushort RolledBits);

/// <summary>
/// Jobs whose results captures tell. The simulated chips cannot hash every nonce, so they hash these in addition to
/// their sample, when the sweep comes by, and report them where silicon would: with all 32 zero bits and the ticket's.
/// </summary>
internal static class KnownAnswers
{
    /// <summary>Capture, Bitaxe Gamma: the pool took the share.</summary>
    private static readonly byte[] Gamma = Convert.FromHexString(
        "043A0217D76854685519A7CB044F88726355919E61A98BCF71A0C28795EA54DB8C36414B06DDF5F0"
        + "0000000000000000965201001D3996BCA3F4670DFCD4F201C162B96DFD55646B00000020");

    /// <summary>A BM1366's log of the hours before block 839900.</summary>
    private static readonly byte[] Block839900 = Convert.FromHexString(
        "19420317DF1B2266F583800895F9DE8D49EC4F4949DA8028C73C46E30613EE3DF36CDFDB4C4577AF"
        + "00000000000000007E5D0100247C76EEF755D3ABD282B30F863947EFA39B431000000020");

    /// <summary>Nonce as it came on the wire, and rolled version bits. The block's is 178560D2-54B3.</summary>
    private static readonly KnownAnswer[] OfBlock839900 = Parse(
        "7A1C12C8-003E A29447F4-01C3 D972892B-0620 C159707A-08DB 455E8EFB-0B55 26D0A067-0BFC 727C79C4-1016 "
        + "5ADED5AD-1499 ABCB6B2B-17CF B0A835D3-1A7A D4C78ADE-1B20 AE1E88C5-1C2D 17F73725-1F33 538295E3-20A4 "
        + "C82F3552-2767 1145FC19-2CF6 42DD14B4-4146 9F9982E5-4481 4388D834-4D7D 93C3D180-4FB9 AB9AA9AC-4FCC "
        + "CCCD55C5-52CF 178560D2-54B3 D65C30ED-5E50 65FC168D-63F0 60AA6E57-678C 696686B8-67FB A16788D1-6B74 "
        + "C8DFE72C-6C90 33FE3B98-6CDD 537A2FFB-739F AA8AF8FD-751D AF132E54-7622 8E45D891-7C80 527230EE-80CA "
        + "2EE4AA53-8629 3CE9D8FF-89ED 500F30F5-8AC9 0808144C-913D 94139BB4-93C6 98A3B81F-961D 722949AA-9AAF "
        + "45C47C9C-9AC3 DA4AEB4F-9C56 BA65FAE9-A143 6770B99B-A41F 0F4311D0-AAFA 5054C3E2-AE5F 18E5AE87-C1DE "
        + "9721E87E-D1AD 5B480AE2-DA8F CE9189D7-DB0D 02B52C8A-DD26 8275782E-ECD0 A8885C06-F0E2 CB17C0CF-F8F8 "
        + "452A5053-FBB2");

    /// <summary>The null work of the BM1387's bring-up: zeros, and ones in the last bytes.</summary>
    private static readonly byte[] Null = [.. Enumerable.Repeat((byte)0xFF, 12), .. new byte[32]];

    private static readonly KnownAnswer[] OfNull = [new(0x7203_EA83, 0), new(0xE16B_F809, 0)];

    /// <param name="body">A job frame from its header byte to before its checksum. Its id does not matter.</param>
    public static KnownAnswer[] For(ReadOnlySpan<byte> body)
    {
        var work = body[8..];
        return work.SequenceEqual(Gamma) ? [new KnownAnswer(0x4C03_5275, 0x05A2)]
            : work.SequenceEqual(Block839900) ? OfBlock839900
            : work.SequenceEqual(Null) ? OfNull
            : [];
    }

    private static KnownAnswer[] Parse(string answers) => answers.Split(' ')
        .Select(answer => Convert.FromHexString(answer.Replace("-", "", StringComparison.Ordinal)))
        .Select(bytes => new KnownAnswer(
            BinaryPrimitives.ReadUInt32BigEndian(bytes), BinaryPrimitives.ReadUInt16BigEndian(bytes.AsSpan(4))))
        .ToArray();
}
