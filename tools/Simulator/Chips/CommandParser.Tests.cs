namespace Simulator.Chips;

public class CommandParserTests
{
    private const int LongestFrame = 152;

    private CommandParser parser = new(Silicon.Bm1370);

    [Fact]
    public void HearsEveryCapturedCommandBehindNoise()
    {
        foreach (var (body, crc) in Captures.Commands("55AA"))
        {
            byte[] sent = [0xFF, 0x55, 0x55, 0x00, 0x55, 0xAA, .. body, crc];

            Assert.Equal([Convert.ToHexString(body)], Hear(sent));
        }
    }

    [Fact]
    public void TheOldestChipsHearTheirCommandsWithoutAnyPreamble()
    {
        parser = new CommandParser(Silicon.Bm1387);
        foreach (var (body, crc) in Captures.Commands("none"))
        {
            byte[] sent = [0xFF, 0x55, 0xAA, 0x00, .. body, crc];

            Assert.Equal([Convert.ToHexString(body)], Hear(sent));
        }
    }

    [Fact]
    public void NoModelHearsAnotherFamilysCommands()
    {
        parser = new CommandParser(Silicon.Bm1387);
        Assert.DoesNotContain("52050000", Hear([0x55, 0xAA, 0x52, 0x05, 0x00, 0x00, 0x0A]));

        parser = new CommandParser(Silicon.Bm1397);
        Assert.Empty(Hear([0x54, 0x05, 0x00, 0x00, 0x19, .. Captures.GammaShare().Job, .. new byte[LongestFrame]]));
    }

    [Theory] // ESP-Miner, Bitmain stock, kanoi
    [InlineData(0x56)]
    [InlineData(0x36)]
    [InlineData(0xFF)]
    public void TakesAJobWhateverItsLengthByteClaims(byte length)
    {
        var job = Captures.GammaShare().Job;
        job[3] = length;
        var crc = Crc.Sixteen(job.AsSpan()[2..^2]);
        (job[^2], job[^1]) = ((byte)(crc >> 8), (byte)(crc & 0xFF));

        Assert.Equal([Convert.ToHexString(job.AsSpan()[2..^2])], Hear(job));
    }

    [Fact]
    public void ACommandWithAnyBitFlippedIsPassedOverInSilence()
    {
        byte[] frame = [0x55, 0xAA, .. Convert.FromHexString("51090018F000C100"), 0x04];
        for (var bit = 0; bit < frame.Length * 8; bit++)
        {
            var damaged = (byte[])frame.Clone();
            damaged[bit / 8] ^= (byte)(1 << bit % 8);

            Assert.Empty(Hear([.. damaged, .. new byte[LongestFrame]]));
        }
    }

    [Fact]
    public void AFrameCutAtAnyLengthCostsOnlyItself()
    {
        byte[] readId = [0x55, 0xAA, 0x52, 0x05, 0x00, 0x00, 0x0A];
        byte[] openGates = [0x55, 0xAA, 0x51, 0x09, 0x00, 0x18, 0xF0, 0x00, 0xC1, 0x00, 0x04];
        foreach (var whole in new[] { Captures.GammaShare().Job, openGates })
        {
            for (var length = 0; length < whole.Length; length++)
            {
                byte[] rest = [.. Enumerable.Repeat(readId, 14).SelectMany(frame => frame)];
                var heard = Hear([.. whole[..length], .. rest]);

                // The bytes that the cut frame still waited for may hide behind it until they are known to be others'.
                Assert.InRange(heard.Count, 1, 14);
                Assert.All(heard, body => Assert.Equal("52050000", body));
                parser = new CommandParser(Silicon.Bm1370);
            }
        }
    }

    private List<string> Hear(byte[] bytes)
    {
        var heard = new List<string>();
        foreach (var received in bytes)
        {
            if (parser.Push(received, TimeSpan.Zero, out var body))
            {
                heard.Add(Convert.ToHexString(body));
            }
        }

        return heard;
    }
}
