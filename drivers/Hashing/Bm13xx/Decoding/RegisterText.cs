using System.Globalization;

namespace Drivers.Hashing.Bm13xx.Decoding;

/// <summary>Names and fields of registers, as far as anybody has published them (REFERENCE.md, "Registers").</summary>
internal static class RegisterText
{
    private delegate IEnumerable<Detail> Explain(ChipModel model, uint bits);

    private static readonly Dictionary<byte, (string Name, Explain? Fields)> Bm1387 = new()
    {
        [0x00] = ("CHIP_ID", Identity),
        [0x08] = ("HASH_RATE", Rate),
        [0x0C] = ("PLL", Clock),
        [0x14] = ("HASH_COUNTING_NUMBER", null),
        [0x18] = ("TICKET_MASK", Ticket),
        [0x1C] = ("MISC_CONTROL", Bm1387Misc),
        [0x20] = ("I2C_CONTROL", null),
    };

    private static readonly Dictionary<byte, (string Name, Explain? Fields)> Later = new()
    {
        [0x00] = ("CHIP_ID", Identity),
        [0x04] = ("HASH_RATE", null),
        [0x08] = ("PLL0", Clock),
        [0x0C] = ("CHIP_NONCE_OFFSET", Offset),
        [0x10] = ("HASH_COUNTING_NUMBER", Counting),
        [0x14] = ("TICKET_MASK", Ticket),
        [0x18] = ("MISC_CONTROL", Gates),
        [0x1C] = ("I2C_CONTROL", null),
        [0x20] = ("ORDERED_CLOCK_ENABLE", null),
        [0x28] = ("FAST_UART", Baud),
        [0x2C] = ("UART_RELAY", Relay),
        [0x38] = ("TICKET_MASK_2", null),
        [0x3C] = ("CORE_MAILBOX", Mailbox),
        [0x40] = ("CORE_REPLY", Mailbox),
        [0x48] = ("ERROR_FLAG", null),
        [0x4C] = ("NONCE_ERROR_COUNTER", null),
        [0x50] = ("NONCE_OVERFLOW_COUNTER", null),
        [0x54] = ("ANALOG_MUX", null),
        [0x58] = ("IO_DRIVE", Drive),
        [0x60] = ("PLL1", null),
        [0x64] = ("PLL2", null),
        [0x68] = ("PLL3", null),
        [0x70] = ("PLL0_USER_DIVIDER", null),
        [0x74] = ("PLL1_USER_DIVIDER", null),
        [0x78] = ("PLL2_USER_DIVIDER", null),
        [0x7C] = ("PLL3_USER_DIVIDER", null),
        [0x80] = ("CLOCK_ORDER_0", null),
        [0x84] = ("CLOCK_ORDER_1", null),
        [0x88] = ("HASH_COUNTER_0", Hashes),
        [0x89] = ("HASH_COUNTER_1", Hashes),
        [0x8A] = ("HASH_COUNTER_2", Hashes),
        [0x8B] = ("HASH_COUNTER_3", Hashes),
        [0x8C] = ("HASH_COUNTER", Hashes),
        [0x90] = ("NONCE_COUNTER", null),
        [0xA4] = ("VERSION_ROLLING", Versions),
        [0xA8] = ("SOFT_RESET_CONTROL", null),
        [0xB0] = ("TEMPERATURE_CONTROL", null),
        [0xB4] = ("TEMPERATURE", null),
        [0xB9] = ("ADC_CONTROL", null),
        [0xC4] = ("AUTO_WORK_CONFIG", null),
    };

    /// <summary>Its registers are where the later ones have theirs, and some mean something else.</summary>
    private static readonly Dictionary<byte, (string Name, Explain? Fields)> Bm1397 = new(Later)
    {
        [0x04] = ("HASH_RATE", Rate),
        [0x18] = ("MISC_CONTROL", Bm1397Misc),
        [0x28] = ("FAST_UART", null),
        [0xA4] = ("MIDSTATE_CONFIG", null),
    };

    /// <summary>"PLL0 (0x08)", or "register 0x77" where it has no name.</summary>
    public static string Name(ChipModel model, byte register) =>
        Map(model).TryGetValue(register, out var known)
            ? $"{known.Name} (0x{register:X2})"
            : $"register 0x{register:X2}";

    public static IEnumerable<Detail> Fields(ChipModel model, byte register, uint bits) =>
        Map(model).TryGetValue(register, out var known) && known.Fields is { } fields ? fields(model, bits) : [];

    private static Dictionary<byte, (string Name, Explain? Fields)> Map(ChipModel model) =>
        model.Commands == Commands.Bm1387 ? Bm1387 : model.RollsVersions ? Later : Bm1397;

    private static IEnumerable<Detail> Identity(ChipModel model, uint bits)
    {
        var id = ChipId.FromBits(bits);
        var owner = Array.Find(ChipModel.All, known => known.Is(id.Model));
        yield return new("model", owner is null
            ? $"0x{id.Model:X4}, none that is known"
            : $"0x{id.Model:X4} ({(id.Model == owner.Id ? owner.Name : owner.Sister!.Value.Name)})");
        yield return new("revision", $"0x{id.Revision:X2}");
        yield return new("chip address", $"0x{id.ChipAddress:X2}");
    }

    private static IEnumerable<Detail> Clock(ChipModel model, uint bits)
    {
        var pll = PllDivider.FromBits(bits, model.Pll.Coding);
        var runs = pll.Reference > 0 && pll.Post1 > 0 && pll.Post2 > 0;
        yield return new("feedback", Number(pll.Feedback));
        yield return new("reference", Number(pll.Reference));
        yield return new("post dividers", $"{pll.Post1} × {pll.Post2}");
        yield return new("VCO", runs ? pll.Vco.ToString() : "none: a divider is zero");
        yield return new("core clock", runs ? pll.Core.ToString() : "none: a divider is zero");
        yield return new("locked", PllDivider.IsLocked(bits) ? "yes" : "not said");
    }

    private static IEnumerable<Detail> Ticket(ChipModel model, uint bits)
    {
        var mask = TicketMask.FromBits(bits);
        yield return new(
            "difficulty",
            mask.ToBits() == bits
                ? Math.ScaleB(1, mask.ZeroBits).ToString("0", CultureInfo.InvariantCulture)
                : $"{mask.ZeroBits} scattered bits: no power of two");
        yield return new("zero bits", Number(32 + mask.ZeroBits));
    }

    private static IEnumerable<Detail> Gates(ChipModel model, uint bits)
    {
        var control = MiscControl.FromBits(bits);
        var open = Enumerable.Range(0, 4).Where(quarter => (control.OpenQuarters >> quarter & 1) != 0).ToArray();
        yield return new("open quarters", open.Length == 0 ? "none: no core may report" : string.Join(", ", open));
        yield return new("rest", $"0x{control.Rest:X7}");
    }

    private static IEnumerable<Detail> Baud(ChipModel model, uint bits)
    {
        var known = Array.Find(
            model.Bauds, option => option.Writes[^1] == new RegisterWrite(FastUart.Address, bits));
        var uart = FastUart.FromBits(bits);
        const int usesPll1 = 26;
        yield return new("divider", Number(uart.Divider));
        yield return new("baud", known is not null ? Number(known.Baud)
            : bits.Bit(usesPll1) ? "divided from PLL1, not from the crystal"
            : Number(uart.Baud));
    }

    private static IEnumerable<Detail> Bm1397Misc(ChipModel model, uint bits)
    {
        const int usesPll3 = 16;
        var divider = (int)(bits.Field(27, 24) << 5 | bits.Field(12, 8));
        yield return new("divider", Number(divider));
        yield return new(
            "baud",
            bits.Bit(usesPll3) ? "divided from PLL3, not from the crystal" : Number(BaudOption.BaudOf(divider)));
    }

    private static IEnumerable<Detail> Bm1387Misc(ChipModel model, uint bits)
    {
        const int keepsBaud = 30;
        var control = Bm1387Control.FromBits(bits);
        yield return new(
            "baud", bits.Bit(keepsBaud) ? "as before" : Number(BaudOption.BaudOf(control.Divider)));
        yield return new("gate block", control.GateBlock ? "on: nonces are kept back" : "off");
        yield return new("multi-midstate", bits.Bit(7) ? "on" : "off");
    }

    private static IEnumerable<Detail> Mailbox(ChipModel model, uint bits)
    {
        yield return new("cores", bits.Bit(31) ? "all" : Number((int)bits.Field(23, 16)));
        yield return new("does", bits.Bit(15) ? "write" : "read");
        yield return new("core register", $"0x{bits.Field(12, 8):X2}{CoreRegister((byte)bits.Field(12, 8))}");
        yield return new("value", $"0x{bits.Field(7, 0):X2}");
    }

    private static string CoreRegister(byte register) => register switch
    {
        0x00 => " clock delay",
        0x02 => " core enable",
        0x05 => " hash clock control",
        0x0B => " clock select",
        0x0D => " nonce bin overflow control",
        _ => "",
    };

    private static IEnumerable<Detail> Drive(ChipModel model, uint bits)
    {
        var drive = IoDrive.FromBits(bits);
        yield return new("RF", Number(drive.ResponseForward));
        yield return new("RO", Number(drive.ResponseOut));
        yield return new("CLKO", Number(drive.ClockOut) + (drive.ClockOut == 0xF ? ", the end of a domain" : ""));
        yield return new("NRSTO", Number(drive.ResetOut));
        yield return new("BO", Number(drive.BusyOut));
        yield return new("CO", Number(drive.CommandOut));
    }

    private static IEnumerable<Detail> Relay(ChipModel model, uint bits)
    {
        yield return new("gap", Number(UartRelay.FromBits(bits).Gap));
        yield return new("relays", (bits.Bit(1), bits.Bit(0)) switch
        {
            (true, true) => "answers and commands",
            (true, false) => "answers",
            (false, true) => "commands",
            _ => "nothing",
        });
    }

    private static IEnumerable<Detail> Offset(ChipModel model, uint bits)
    {
        yield return new("enabled", bits.Bit(31) ? "yes" : "no");
        yield return new("counter starts at", $"0x{(uint)ChipNonceOffset.FromBits(bits).Offset << 9:X7}");
    }

    private static IEnumerable<Detail> Counting(ChipModel model, uint bits)
    {
        const double tickSeconds = 80e-9;
        yield return new("ticks", bits.ToString(CultureInfo.InvariantCulture));
        yield return new("next versions after", bits == 0
            ? "never: it stops hashing"
            : (bits * tickSeconds * 1e3).ToString("0.###", CultureInfo.InvariantCulture) + " ms");
    }

    private static IEnumerable<Detail> Versions(ChipModel model, uint bits)
    {
        yield return new("rolls by itself", bits.Bit(31) ? "yes, and answers are 11 bytes long" : "no");
        var mask = VersionRolling.ToHeader(VersionRolling.FromBits(bits).Rolled);
        yield return new("mask of the header's version", $"0x{mask:X8}");
    }

    private static IEnumerable<Detail> Rate(ChipModel model, uint bits)
    {
        const uint notReady = 0x007F_FFFF;
        yield return new("hash rate", bits == notReady || bits.Bit(31)
            ? "not ready"
            : (bits * model.Counter.Unit / 1e9).ToString("0.###", CultureInfo.InvariantCulture) + " GH/s");
    }

    private static IEnumerable<Detail> Hashes(ChipModel model, uint bits)
    {
        yield return new("hashes", (bits * (double)(1L << 32)).ToString("0.####E+0", CultureInfo.InvariantCulture));
    }

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);
}
