using System.Device.Spi;

namespace Simulator.Bitfury;

/// <summary>
/// A chain of chips behind SCK, MOSI and MISO. Only the chip that has the word hears commands and drives MISO: the
/// first after BREAK, then each next one after FASYNC. A session has to begin with MOSI going up and down under a high
/// SCK; a BREAK without that leaves the chips out of step with the bytes by some bits, until it is done.
/// </summary>
public sealed class BitfuryWire : SpiDevice
{
    private const byte Break = 0x04;
    private const byte PassOn = 0x05;
    private const byte FirstWrite = 0xE0;
    private const int WordBits = 32;
    private const int Nobody = -1;
    private const double TooFastErrors = 0.02;

    private readonly BitfuryChipModel[] chips;
    private readonly Random random;
    private readonly Parser parser = new();
    private int speaker = Nobody;
    private int skew;
    private long sinceReset;
    private byte lastIn;
    private byte lastOut;
    private TimeSpan now;

    /// <param name="hertz">How fast the host drives SCK: chip i hears up to 1 GHz ÷ (100 + 31 (i + 1)).</param>
    public BitfuryWire(int chips, int zeroBits, int seed, int hertz)
    {
        random = new Random(seed);
        this.chips = new BitfuryChipModel[chips];
        for (var i = 0; i < chips; i++)
        {
            this.chips[i] = new BitfuryChipModel(zeroBits, random);
        }

        ConnectionSettings = new SpiConnectionSettings(0, 0) { ClockFrequency = hertz, Mode = SpiMode.Mode0 };
        skew = random.Next(1, 8);
    }

    public override SpiConnectionSettings ConnectionSettings { get; }

    public BitfuryFaults Faults { get; } = new();

    internal ReadOnlySpan<BitfuryChipModel> Chips => chips;

    /// <summary>Bytes of one transfer, the longest there was.</summary>
    public int LongestTransfer { get; private set; }

    /// <summary>How many transitions of MOSI this chain needs: some for each chip.</summary>
    public int TogglesNeeded => Math.Max(8, chips.Length);

    /// <summary>The chips hash until then; while a transfer goes on they do so by themselves.</summary>
    public void Advance(TimeSpan time)
    {
        for (var i = 0; i < chips.Length; i++)
        {
            chips[i].StandsStill = Faults.StandsStill == i;
            chips[i].IgnoresStop = Faults.IgnoresStop == i;
            chips[i].FindsNonsense = Faults.FindsNonsense == i;
            chips[i].Run(Math.Max(0, (time - now).TotalSeconds));
        }

        now = time > now ? time : now;
    }

    /// <summary>MOSI went up and down so often while SCK was high, and SCK is low again.</summary>
    public void Toggled(int times)
    {
        if (times >= TogglesNeeded)
        {
            skew = 0;
            sinceReset = 0;
            speaker = Nobody;
            parser.Reset();
        }
    }

    public override void Read(Span<byte> buffer) => TransferFullDuplex(new byte[buffer.Length], buffer);

    public override void Write(ReadOnlySpan<byte> buffer) => TransferFullDuplex(buffer, new byte[buffer.Length]);

    public override void TransferFullDuplex(ReadOnlySpan<byte> writeBuffer, Span<byte> readBuffer)
    {
        if (Faults.BusGone)
        {
            throw new IOException("Transfer failed: no such device.");
        }

        LongestTransfer = Math.Max(LongestTransfer, writeBuffer.Length);
        for (var i = 0; i < writeBuffer.Length; i++)
        {
            readBuffer[i] = Transfer(writeBuffer[i]);
        }

        Advance(now + TimeSpan.FromSeconds(8.0 * writeBuffer.Length / ConnectionSettings.ClockFrequency));
    }

    private byte Transfer(byte sent)
    {
        var arrived = Shift(Damage(sent, Faults.ToChipsBitErrors), ref lastIn);
        var said = Shift(Hear(arrived), ref lastOut);
        return Faults.FromChipsStuck is { } high ? (byte)(high ? 0xFF : 0x00)
            : Damage(said, Faults.FromChipsBitErrors);
    }

    /// <summary>One byte in, and what MISO carried meanwhile.</summary>
    private byte Hear(byte one)
    {
        var wasFirst = sinceReset == 0;
        sinceReset++;
        if (speaker == Nobody && !wasFirst)
        {
            return 0; // Handed on past the last chip: until the next session nobody listens.
        }

        if (parser.IsIdle && one == Break)
        {
            skew = wasFirst ? skew : random.Next(1, 8);
            speaker = IsThere(0) ? 0 : Nobody;
            return 0;
        }

        if (speaker == Nobody)
        {
            return 0;
        }

        if (parser.IsIdle && one == PassOn)
        {
            speaker = IsThere(speaker + 1) ? speaker + 1 : Nobody;
            return 0;
        }

        var tooFast = ConnectionSettings.ClockFrequency > 1e9 / (100 + 31 * (speaker + 1)) ? TooFastErrors : 0;
        return Damage(parser.Take(Damage(one, tooFast), chips[speaker]), tooFast);
    }

    private bool IsThere(int chip) => chip < chips.Length && !(chip >= Faults.BrokenBefore);

    private byte Shift(byte one, ref byte before)
    {
        var shifted = skew == 0 ? one : (byte)((before << 8 | one) >> skew & 0xFF);
        before = one;
        return shifted;
    }

    private byte Damage(byte one, double rate)
    {
        if (rate > 0)
        {
            for (var bit = 0; bit < 8; bit++)
            {
                one ^= random.NextDouble() < rate ? (byte)(1 << bit) : (byte)0;
            }
        }

        return one;
    }

    /// <summary>The commands of one chip: a write of 1 to 32 words, whose old contents leave meanwhile.</summary>
    private sealed class Parser
    {
        private int headerLeft;
        private int address;
        private int bytesLeft;
        private int shiftedIn;
        private uint word;
        private uint old;

        public bool IsIdle => headerLeft == 0 && bytesLeft == 0;

        public void Reset() => (headerLeft, bytesLeft, shiftedIn) = (0, 0, 0);

        public byte Take(byte one, BitfuryChipModel chip)
        {
            if (headerLeft > 0)
            {
                headerLeft--;
                address = (address << 8 | one) & 0xFFFF;
                return 0;
            }

            if (bytesLeft > 0)
            {
                return TakeData(one, chip);
            }

            if (one >= FirstWrite)
            {
                headerLeft = 2;
                bytesLeft = (one - FirstWrite + 1) * 4;
            }

            return 0; // Anything else is no command: 00 is meant to be none.
        }

        private byte TakeData(byte one, BitfuryChipModel chip)
        {
            if (shiftedIn == 0)
            {
                old = chip.Read(address & ~(WordBits - 1));
            }

            var left = (byte)(old >> (8 * shiftedIn) & 0xFF);
            word = word >> 8 | (uint)TurnedAround(one) << 24;
            shiftedIn++;
            bytesLeft--;
            if (shiftedIn == 4)
            {
                chip.Write(address & ~(WordBits - 1), word);
                address = (address + WordBits) & 0xFFFF;
                shiftedIn = 0;
            }

            return left;
        }

        private static byte TurnedAround(byte one)
        {
            var turned = 0;
            for (var bit = 0; bit < 8; bit++)
            {
                turned = turned << 1 | (one >> bit & 1);
            }

            return (byte)turned;
        }
    }
}
