using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.Intrinsics;

namespace Drivers.Hashing.Bitfury;

/// <summary>The five published jobs with their answers, and what they look like on the wire.</summary>
public sealed class VectorsTests
{
    public static TheoryData<int> Numbers => [0, 1, 2, 3, 4];

    [Theory]
    [MemberData(nameof(Numbers))]
    public void ThePublishedNonceSolvesThePublishedJob(int number)
    {
        var (midstate, tail, nonce) = Vector(number);

        var hash = Sha256d.FinishHeader(midstate, tail, BinaryPrimitives.ReverseEndianness(nonce));

        Assert.Equal(0u, hash.High >> 32);
    }

    [Theory]
    [MemberData(nameof(Numbers))]
    public void AJobCarriesItsMidstateAndItsTailUnchanged(int number)
    {
        var (midstate, tail, _) = Vector(number);
        var words = new uint[JobWords.Count];

        JobWords.Write(midstate, tail, words);

        Assert.Equal(Words(number, "midstate_words"), words[..8]);
        Assert.Equal(Words(number, "m7_ntime_nbits_nonce_words")[..3], words[16..]);
        Assert.Equal([words[4], words[0]], [words[8], words[12]]); // After three rounds e became h, and a became d.
    }

    [Fact]
    public void TheFirstJobIsThreeRoundsFurtherWhereTheReferenceSays()
    {
        var (midstate, tail, _) = Vector(0);
        var words = new uint[JobWords.Count];

        JobWords.Write(midstate, tail, words);

        Assert.Equal(
            [
                0x8A1A_6B7E, 0x6F48_4872, 0x4FF0_BB9B, 0x12C9_7F07, 0xB0E7_2D8E, 0x55D9_79BC, 0x3940_3296, 0x40F0_9E84,
            ],
            words[8..16]);
        Assert.Equal(FirstVector.Midstate, midstate);
        Assert.Equal(FirstVector.Tail[..12], tail[..12]);
    }

    [Fact]
    public void TheFirstJobLooksOnTheWireAsInTheField()
    {
        var memory = new WorkMemory(1);
        var words = new uint[JobWords.Count];
        memory.WriteJob(memory.TestJob, words);
        var bytes = new byte[100];
        var commands = new Commands(bytes);

        Assert.Equal(3, commands.Write(JobWords.Address, words));
        Assert.Equal("F2300071B4E70D461DA3B8", Convert.ToHexString(bytes[..11]));
        Assert.Equal(3 + 76, commands.Length);
    }

    [Theory]
    [InlineData(0xF0C4_E61F, 0xC819_71F1)]
    [InlineData(0xDF80_0000, 0x0000_08E0)]
    public void AResultWordIsANonceInDisguise(uint nonce, uint raw) =>
        Assert.Equal(nonce, new ResultWord(raw).Decoded);

    [Fact]
    public void OnlyTheCountersWordIsTheCounter()
    {
        Assert.True(new ResultWord(0x0000_08E0).IsCounter);
        Assert.Equal(0u, new ResultWord(0x0000_08E0).Count);
        Assert.False(new ResultWord(0xC819_71F1).IsCounter);
    }

    [Fact]
    public void TheFirstVectorsCoreIsOfTheGrid() => Assert.Equal(15 + 24 * 22, ResultWord.Core(0xF0C4_E61F));

    private static uint[] Words(int number, string name) =>
        [.. ChipVectors.Root.GetProperty("bitfury_vectors")[number].Text(name).Split(' ')
            .Select(word => uint.Parse(word, NumberStyles.HexNumber, CultureInfo.InvariantCulture))];

    private static (Midstate Midstate, byte[] Tail, uint Nonce) Vector(int number)
    {
        var state = Words(number, "midstate_words");
        var rest = Words(number, "m7_ntime_nbits_nonce_words");
        var tail = new byte[Sha256d.TailBytes];
        for (var i = 0; i < 3; i++)
        {
            BinaryPrimitives.WriteUInt32BigEndian(tail.AsSpan(4 * i), rest[i]);
        }

        var midstate = new Midstate(
            Vector128.Create(state[0], state[1], state[2], state[3]),
            Vector128.Create(state[4], state[5], state[6], state[7]));
        return (midstate, tail, rest[3]);
    }
}
