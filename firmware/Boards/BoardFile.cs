using Drivers;
using Drivers.Buses.BitaxeRaw;
using Drivers.Hashing.Bm13xx;
using Drivers.Hashing.Cpu;
using Tomlyn.Syntax;

namespace Firmware.Boards;

/// <summary>From a board file's text to a <see cref="BoardConfig"/>, with the limits of every value.</summary>
internal static class BoardFile
{
    private const int TicketMax = 1 << 24;
    private const int SiliconZeroBits = 32;

    private const string TableNames = "[bridge], [[chain]], [[sensor]], [[fan]], [rail], [[point]], [energy]";

    private static readonly string[] ChipNames = [.. ChipModel.Names, ChainConfig.BitfuryChip, ChainConfig.CpuChip];
    private static readonly string[] Tables = ["bridge", "rail", "energy"];
    private static readonly string[] TableArrays = ["chain", "sensor", "fan", "point"];

    /// <summary>Each is a case of <see cref="OpenedParts"/>.</summary>
    private static readonly string[] SensorParts =
    [
        "emc2101-external", "emc2101-internal", "emc2103-external1", "emc2103-external2", "emc2103-internal", "lm75a",
        "tmp75", "tmp1075", "tmp451-remote", "tmp451-local", "adt7461-remote", "adt7461-local", "nct218", "tps546",
    ];

    public static BoardConfig Parse(string toml, string file)
    {
        var document = TomlSection.Parse(toml, file);
        var top = TomlSection.Top(file, document);
        var name = top.Text("name");
        top.Finish();
        RefuseUnknownTables(document, file);
        var chains = Several(document, file, "chain", ReadChain);
        var board = Array.Exists(chains, chain => chain.IsCpu || chain.Spi is not null)
            ? new BoardConfig
            {
                Key = KeyOf(file),
                File = file,
                Name = name,
                Bridge = null,
                Chains = chains,
                Sensors = Any(document, file, "sensor", ReadKernelSensor),
                Fans = [],
                Rail = null,
            }
            : new BoardConfig
            {
                Key = KeyOf(file),
                File = file,
                Name = name,
                Bridge = ReadBridge(Single(document, file, "bridge")),
                Chains = chains,
                Sensors = Several(document, file, "sensor", ReadSensor),
                Fans = Several(document, file, "fan", ReadFan),
                Rail = ReadRail(Single(document, file, "rail")),
            };
        if (board.Bridge is null)
        {
            RefuseWires(document, file, board);
        }

        RefuseTwins(file, "sensor", board.Sensors.Select(sensor => sensor.Name));
        RefuseTwins(file, "fan", board.Fans.Select(fan => fan.Name));
        RefuseStrangers(board);
        return board with
        {
            Points = ReadPoints(document, file, board),
            Energy = Any(document, file, "energy", EnergySection.Read).FirstOrDefault(),
        };
    }

    private static string KeyOf(string file)
    {
        var key = Path.GetFileNameWithoutExtension(file);
        return key.Length > 0 && file.EndsWith(".toml", StringComparison.Ordinal)
            ? key
            : throw new UsageException($"The board file '{file}' is not named like one; its name must end in .toml.");
    }

    private static void RefuseUnknownTables(DocumentSyntax document, string file)
    {
        foreach (var table in document.Tables)
        {
            var known = table is TableArraySyntax ? TableArrays : Tables;
            if (!known.Contains(TomlSection.KeyOf(table.Name)))
            {
                throw TomlSection.Wrong(
                    file,
                    TomlSection.LineOf(table),
                    $"unknown table {TomlSection.Of(file, table).Name}; allowed here: {TableNames}.");
            }
        }
    }

    private static TomlSection Single(DocumentSyntax document, string file, string name)
    {
        var found = document.Tables.Where(table => TomlSection.KeyOf(table.Name) == name).ToArray();
        return found.Length == 1
            ? TomlSection.Of(file, found[0])
            : throw TomlSection.Wrong(file, 1, $"the table [{name}] stands {found.Length} times; write it once.");
    }

    private static T[] Several<T>(DocumentSyntax document, string file, string name, Func<TomlSection, T> read) =>
        Any(document, file, name, read) is { Length: > 0 } found
            ? found
            : throw TomlSection.Wrong(file, 1, $"there is no [[{name}]]; a board needs at least one.");

    private static T[] Any<T>(DocumentSyntax document, string file, string name, Func<TomlSection, T> read) =>
    [
        .. document.Tables
            .Where(table => TomlSection.KeyOf(table.Name) == name)
            .Select(table => read(TomlSection.Of(file, table))),
    ];

    /// <summary>
    /// Cores, and chips on the machine's own SPI, have no bridge, no rail and no fan that were ours: a file that says
    /// otherwise is mistaken.
    /// </summary>
    private static void RefuseWires(DocumentSyntax document, string file, BoardConfig board)
    {
        var chip = board.Chains[0].Chip;
        if (board.Chains.Length > 1)
        {
            throw TomlSection.Wrong(
                file,
                1,
                $"a board of chip \"{chip}\" has one [[chain]]: "
                + (board.Chains[0].IsCpu ? "a machine's cores are one." : "write a file for each bus."));
        }

        foreach (var table in document.Tables)
        {
            if (TomlSection.KeyOf(table.Name) is "bridge" or "rail" or "fan" or "point" or "energy")
            {
                throw TomlSection.Wrong(
                    file,
                    TomlSection.LineOf(table),
                    $"a board of chip \"{chip}\" has no {TomlSection.Of(file, table).Name}; take it out.");
            }
        }
    }

    private static void RefuseTwins(string file, string what, IEnumerable<string> names)
    {
        foreach (var twins in names.GroupBy(name => name).Where(group => group.Count() > 1))
        {
            throw TomlSection.Wrong(file, 1, $"two [[{what}]] are named \"{twins.Key}\"; give each a name of its own.");
        }
    }

    /// <summary>A sensor inside the regulator sits where the regulator sits.</summary>
    private static void RefuseStrangers(BoardConfig board)
    {
        foreach (var sensor in board.Sensors)
        {
            if (board.Rail is { } rail && sensor.Part == rail.Part && sensor.Address != rail.Address)
            {
                throw TomlSection.Wrong(
                    board.File,
                    1,
                    $"the sensor \"{sensor.Name}\" is at 0x{sensor.Address:X2}, but [rail] has the {sensor.Part} at "
                    + $"0x{rail.Address:X2}; give both one address.");
            }
        }
    }

    private static BridgeConfig ReadBridge(TomlSection bridge)
    {
        var explicitPorts = bridge.Has("control_port") || bridge.Has("data_port");
        if (explicitPorts && bridge.Has("usb_product"))
        {
            throw bridge.Wrong("usb_product", "stands beside explicit ports; keep one of the two.");
        }

        var config = explicitPorts
            ? new BridgeConfig(
                UsbProduct: null,
                UsbSerial: null,
                ControlPort: bridge.Text("control_port"),
                DataPort: bridge.Text("data_port"),
                Dialect: DialectOf(bridge.Choice("dialect", "v0", "v1", "bonanza")),
                ResetPin: bridge.Whole("reset_pin", 0, 255))
            : new BridgeConfig(
                UsbProduct: bridge.Text("usb_product"),
                UsbSerial: bridge.OptionalText("usb_serial"),
                ControlPort: null,
                DataPort: null,
                Dialect: null,
                ResetPin: bridge.Whole("reset_pin", 0, 255));
        bridge.Finish();
        return config;
    }

    private static BridgeDialect DialectOf(string text) => text switch
    {
        "v0" => BridgeDialect.V0,
        "v1" => BridgeDialect.V1,
        _ => BridgeDialect.Bonanza,
    };

    private static ChainConfig ReadChain(TomlSection chain)
    {
        var chip = chain.Choice("chip", ChipNames);
        if (chip == ChainConfig.CpuChip)
        {
            return ReadCores(chain);
        }

        if (chip == ChainConfig.BitfuryChip)
        {
            return SpiSection.ReadChain(chain);
        }

        var chips = chain.Whole("chips", 1, Bm13xxConfig.ChipsMax);
        var baud = chain.Whole("baud", 115_200, 3_125_000);
        var max = chain.Number("megahertz_max", HardLimits.MegahertzMin, HardLimits.MegahertzMax);
        var start = chain.Number("megahertz", HardLimits.MegahertzMin, max);
        var ticket = chain.Whole("ticket", 1, TicketMax);
        if (!int.IsPow2(ticket))
        {
            throw chain.Wrong("ticket", $"is {ticket}; it must be a power of two, because the chip compares bits.");
        }

        var zeroBits = chain.OptionalWhole("zero_bits", 1, SiliconZeroBits) ?? SiliconZeroBits;
        var perDomain = chain.OptionalWhole("chips_per_domain", 1, chips) ?? 1;
        var allowMissing = chain.OptionalFlag("allow_missing") ?? false;
        var uart = UartSection.Read(chain);
        chain.Finish();
        return new(chip, chips, baud, new Megahertz(start), new Megahertz(max), int.Log2(ticket), zeroBits)
        {
            ChipsPerDomain = perDomain,
            AllowMissing = allowMissing,
            Uart = uart,
        };
    }

    /// <summary>Threads stand for chips, percents of their time for megahertz: see <see cref="CpuConfig"/>.</summary>
    private static ChainConfig ReadCores(TomlSection chain)
    {
        var threads = chain.OptionalWhole("threads", 1, CpuConfig.ThreadsMax) ?? Environment.ProcessorCount;
        var duty = chain.Number("duty_percent", 1, CpuConfig.FullDuty.Value);
        var nice = chain.OptionalWhole("nice", 0, CpuConfig.NiceMax) ?? CpuConfig.NiceMax;
        chain.Finish();
        return new(ChainConfig.CpuChip, threads, Baud: 0, new(duty), new(duty), TicketBits: 0, SiliconZeroBits)
        {
            Nice = nice,
        };
    }

    private static SensorConfig ReadSensor(TomlSection sensor)
    {
        var name = sensor.Text("name");
        var heatSource = sensor.OptionalText("heat_source") ?? name;
        var part = sensor.Choice("part", SensorParts);
        var address = Address(sensor);
        var betaMax = part switch
        {
            "emc2101-external" => 0x0F,
            "emc2103-external1" or "emc2103-external2" => 0x1F,
            _ => (int?)null,
        };
        var ideality = betaMax is null ? null : (byte?)sensor.Whole("ideality", 0, 0x3F);
        var beta = betaMax is { } most ? (byte?)sensor.Whole("beta", 0, most) : null;
        var gain = sensor.OptionalNumber("gain", 0.5, 2) ?? 1;
        var offset = sensor.OptionalNumber("offset", -40, 40) ?? 0;
        var hottest = part == "tps546" ? HardLimits.RegulatorOff : HardLimits.ChipOff;
        var (target, critical, off) = ReadLimits(sensor, hottest);
        sensor.Finish();
        return new(name, heatSource, part, address, ideality, beta, target, critical, off)
        {
            Gain = gain,
            Offset = offset,
        };
    }

    /// <summary>A temperature that the kernel reads, and shows as a file.</summary>
    private static SensorConfig ReadKernelSensor(TomlSection sensor)
    {
        var name = sensor.Text("name");
        var heatSource = sensor.OptionalText("heat_source") ?? name;
        var part = sensor.Choice("part", "thermal-zone", "hwmon");
        var zone = sensor.Text("zone");
        var (target, critical, off) = ReadLimits(sensor, HardLimits.ChipOff);
        sensor.Finish();
        return new(name, heatSource, part, Address: 0, Ideality: null, Beta: null, target, critical, off)
        {
            Zone = zone,
        };
    }

    private static (Celsius Target, Celsius Critical, Celsius Off) ReadLimits(TomlSection sensor, double hottest)
    {
        var off = sensor.Number("off", HardLimits.CoolestLimit, hottest);
        var critical = sensor.Number("critical", HardLimits.CoolestLimit, hottest);
        var target = sensor.Number("target", HardLimits.CoolestLimit, hottest);
        if (!(critical < off))
        {
            throw sensor.Wrong("critical", $"is {critical}; it must lie below off, which is {off}.");
        }

        if (!(target < critical))
        {
            throw sensor.Wrong("target", $"is {target}; it must lie below critical, which is {critical}.");
        }

        return (new(target), new(critical), new(off));
    }

    private static FanConfig ReadFan(TomlSection fan)
    {
        var name = fan.Text("name");
        var part = fan.Choice("part", "emc2101", "emc2103", "emc2301", "emc2302", "emc2303", "emc2305");
        var channels = part switch
        {
            "emc2302" => 2,
            "emc2303" => 3,
            "emc2305" => 5,
            _ => 1,
        };
        var config = new FanConfig(
            name,
            part,
            Address(fan),
            DutyMin: new DutyCycle(fan.Number("duty_percent_min", 10, 100) / 100),
            RpmMin: new Rpm(fan.Number("rpm_min", 100, 20_000)))
        {
            Channel = channels > 1 ? fan.Whole("channel", 1, channels) : 1,
        };
        fan.Finish();
        return config;
    }

    private static RailConfig ReadRail(TomlSection rail)
    {
        var part = rail.Choice("part", "tps546");
        var address = Address(rail);
        var input = rail.Whole("input_volts", 5, 5);
        var max = rail.Number("volts_max", HardLimits.VoltsMin, HardLimits.VoltsMax);
        var min = rail.Number("volts_min", HardLimits.VoltsMin, max);
        var volts = rail.Number("volts", min, max);
        var watts = rail.Number("watts_max", 1, HardLimits.WattsMax);
        rail.Finish();
        return new(part, address, new(volts), new(min), new(max), new(input), new(watts));
    }

    /// <summary>Each has more clock and no less volts than the one before, and no more than the board's own.</summary>
    private static OperatingPoint[] ReadPoints(DocumentSyntax document, string file, BoardConfig board)
    {
        if (board.Rail is not { } rail)
        {
            return [];
        }

        var top = new OperatingPoint(new(board.Chains.Min(chain => chain.Megahertz.Value)), rail.Volts);
        var points = new List<OperatingPoint>();
        foreach (var table in document.Tables.Where(table => TomlSection.KeyOf(table.Name) == "point"))
        {
            var point = TomlSection.Of(file, table);
            var before = points.Count == 0 ? new(new(0), rail.VoltsMin) : points[^1];
            var megahertz = point.Number("megahertz", HardLimits.MegahertzMin, top.Megahertz.Value);
            var volts = point.Number("volts", before.Volts.Value, top.Volts.Value);
            if (megahertz <= before.Megahertz.Value)
            {
                throw point.Wrong(
                    "megahertz", $"is {megahertz}; it must lie above that of the point before, {before.Megahertz}.");
            }

            point.Finish();
            points.Add(new(new(megahertz), new(volts)));
        }

        return [.. points];
    }

    /// <summary>7-bit addresses outside the ranges that the I2C specification reserves.</summary>
    private static int Address(TomlSection section) => section.Whole("address", 0x08, 0x77);
}
