using System.Buffers.Binary;

namespace Drivers.Hashing.Bm13xx;

/// <summary>
/// The far end of the wire as far as the driver's own tests need it: chips with addresses, registers and a baud rate
/// each, which answer reads. They hash nothing; everything they hear is written down.
/// </summary>
internal sealed class FakeChips
{
    private const double AfterReset = 115_741;
    private static readonly TimeSpan Latency = TimeSpan.FromMilliseconds(1);

    private readonly List<byte> answers = [];
    private double hostBaud = 9600;
    private FakeChip[] chain = [];

    public FakeChips(ChipModel? model = null, int chips = 1)
    {
        Model = model ?? ChipModel.Bm1370;
        Chips = chips;
    }

    public ChipModel Model { get; }

    public int Chips
    {
        get => chain.Length;
        set => chain = [.. Enumerable.Range(0, value).Select(_ => new FakeChip(Model.Id))];
    }

    public FakeChip this[int chip] => chain[chip];

    /// <summary>Above it the wire carries nothing in either direction.</summary>
    public int WireBaudMax { get; set; } = int.MaxValue;

    public bool IgnoresBaud { get; set; }

    /// <summary>How many reads to all chips go unanswered.</summary>
    public int Deaf { get; set; }

    /// <summary>The wire loses each frame that this says yes to.</summary>
    public Func<string, bool> Loses { get; set; } = _ => false;

    /// <summary>Every frame the host sent, whether or not a chip could hear it.</summary>
    public List<string> Heard { get; } = [];

    /// <summary>Those that are no questions.</summary>
    public IEnumerable<string> Orders => Heard.Where(frame => !IsQuestion(frame));

    /// <summary>The longest that was sent at once, in bytes.</summary>
    public int LongestSend { get; private set; }

    public double Baud => chain[0].Baud;

    public void Reset(int first = 0, int count = int.MaxValue)
    {
        foreach (var chip in chain.Skip(first).Take(count))
        {
            chip.Reset();
        }
    }

    public void SetBaud(double baud) => Array.ForEach(chain, chip => chip.Baud = baud);

    /// <summary>Steps the chain through simulated time and answers it. Returns when it ended.</summary>
    public TimeSpan Run(Bm13xxChain driver, TimeSpan now, TimeSpan until, Func<bool>? enough = null)
    {
        while (now < until && enough?.Invoke() != true)
        {
            var step = driver.Step(now);
            LongestSend = Math.Max(LongestSend, step.Send.Length);
            Take(step.Send);
            hostBaud = step.Baud ?? hostBaud;

            ReadOnlySpan<byte> received = answers.ToArray();
            now = received.IsEmpty && step.Deadline > now ? step.Deadline : now + Latency;
            Assert.False(driver.Receive(ref received, now, out _));
            answers.Clear();
        }

        return now;
    }

    public void Take(ReadOnlySpan<byte> sent)
    {
        var preamble = Model.Commands.Preamble.Length;
        while (!sent.IsEmpty)
        {
            var frame = sent[..(sent[preamble + 1] + preamble)];
            Assert.True(frame.StartsWith(Model.Commands.Preamble));
            sent = sent[frame.Length..];
            Heard.Add(Convert.ToHexString(frame));
            if (!Loses(Heard[^1]))
            {
                Obey(frame[preamble..]);
            }
        }
    }

    private bool IsQuestion(string frame)
    {
        var header = Convert.FromHexString(frame)[Model.Commands.Preamble.Length];
        return header is 0x42 or 0x52 or 0x44 or 0x54;
    }

    private void Obey(ReadOnlySpan<byte> body)
    {
        var (header, address) = (body[0], body[2]);
        Deaf -= header is 0x52 or 0x54 && Deaf > 0 ? 1 : 0;
        var taken = false;
        foreach (var chip in chain.Where(chip => Hears(chip)))
        {
            var isMeant = chip.Address == address;
            switch (header)
            {
                case 0x53 or 0x55 when header == 0x53 || Model == ChipModel.Bm1387:
                    chip.Forget();
                    break;
                case 0x40 or 0x41 when header == 0x40 || (Model == ChipModel.Bm1387 && body[1] == 5):
                    taken = taken || chip.TakeAddress(address);
                    break;
                case 0x51 or 0x58:
                    Write(chip, body);
                    break;
                case 0x41 or 0x48 when isMeant:
                    Write(chip, body);
                    break;
                case 0x52 or 0x54 when Deaf == 0:
                    Answer(chip, body[3]);
                    break;
                case 0x42 or 0x44 when isMeant:
                    Answer(chip, body[3]);
                    break;
                default:
                    break;
            }
        }
    }

    private bool Hears(FakeChip chip) =>
        chip.IsAlive && Math.Abs(hostBaud - chip.Baud) < chip.Baud * 0.03 && hostBaud <= WireBaudMax;

    private void Write(FakeChip chip, ReadOnlySpan<byte> body)
    {
        var write = new RegisterWrite(body[3], BinaryPrimitives.ReadUInt32BigEndian(body[4..]));
        chip.Registers[write.Register] = write.Bits;
        var rate = Array.Find(Model.Bauds, option => option.Writes[^1] == write);
        chip.Baud = rate is null || IgnoresBaud ? chip.Baud : rate.Baud;
    }

    private void Answer(FakeChip chip, byte register)
    {
        if (chip.IsMute)
        {
            return;
        }

        var value = register == 0 ? (uint)chip.Id << 16 | chip.Address : chip.Registers.GetValueOrDefault(register);
        value |= register == Model.Pll.Register && chip.Locks ? 0x8000_0000 : 0;
        var isLong = Model.RollsVersions && chip.Registers.ContainsKey(0xA4);
        var body = new byte[isLong ? 8 : 6];
        BinaryPrimitives.WriteUInt32BigEndian(body, value);
        body[4] = Model == ChipModel.Bm1387 ? (byte)0 : chip.Address; // Captured: never its address.
        body[5] = register;
        answers.AddRange(Model == ChipModel.Bm1387 ? [] : [0xAA, 0x55]);
        answers.AddRange(Finished(body));
    }

    private static byte[] Finished(byte[] body)
    {
        for (byte last = 0; last < 0x20; last++)
        {
            if (Crc.Crc5([.. body, last]) == 0)
            {
                return [.. body, last];
            }
        }

        throw new InvalidOperationException("No last byte fits.");
    }

    internal sealed class FakeChip(ushort id)
    {
        private bool isAddressed;

        public ushort Id { get; set; } = id;

        public double Baud { get; set; } = AfterReset;

        public byte Address { get; private set; }

        public Dictionary<byte, uint> Registers { get; } = [];

        /// <summary>Without power, or behind a broken link.</summary>
        public bool IsAlive { get; set; } = true;

        /// <summary>Obeys and passes everything on, and says nothing.</summary>
        public bool IsMute { get; set; }

        public bool Locks { get; set; } = true;

        public bool TakesNoAddress { get; set; }

        public void Reset()
        {
            Forget();
            Registers.Clear();
            Baud = AfterReset;
        }

        public void Forget() => (isAddressed, Address) = (false, 0);

        public bool TakeAddress(byte address)
        {
            if (isAddressed || TakesNoAddress)
            {
                return false;
            }

            (isAddressed, Address) = (true, address);
            return true;
        }
    }
}
