using Drivers.Buses.BitaxeRaw;
using Tomlyn.Syntax;

namespace Firmware.Boards;

/// <summary>From a board file's text to a <see cref="BoardConfig"/>, with the limits of every value.</summary>
internal static class BoardFile
{
    private const string TableNames = "[bridge], [[i2c]], [gpio], [uart], [[chain]], [[sensor]], [[fan]], [rail], "
        + "[meter], [display], [light], [[point]], [energy]";

    private static readonly string[] Tables = ["bridge", "gpio", "uart", "rail", "meter", "display", "light", "energy"];
    private static readonly string[] TableArrays = ["i2c", "chain", "sensor", "fan", "point"];

    public static BoardConfig Parse(string toml, string file)
    {
        var document = TomlSection.Parse(toml, file);
        var top = TomlSection.Top(file, document);
        var name = top.Text("name");
        top.Finish();
        RefuseUnknownTables(document, file);
        var chains = Several(document, file, "chain", ChainSection.Read);
        var board = Array.Exists(chains, chain => chain.IsCpu || chain.Spi is not null)
            ? new BoardConfig
            {
                Key = KeyOf(file),
                File = file,
                Name = name,
                Bridge = null,
                Chains = chains,
                Sensors = Any(document, file, "sensor", SensorSection.ReadOfKernel),
                Fans = [],
                Rail = null,
            }
            : ReadParts(document, file, name, chains);
        if (board is { Bridge: null, Native: null })
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

    private static BoardConfig ReadParts(DocumentSyntax document, string file, string name, ChainConfig[] chains)
    {
        var wires = ReadWires(document, file);
        return new BoardConfig
        {
            Key = KeyOf(file),
            File = file,
            Name = name,
            Bridge = wires.Bridge,
            Native = wires.Native,
            Chains = chains,
            Sensors = Several(document, file, "sensor", sensor => SensorSection.Read(sensor, wires)),
            Fans = Several(document, file, "fan", fan => FanSection.Read(fan, wires)),
            Rail = RailSection.Read(Single(document, file, "rail"), chains[0], wires),
            Meter = Optional(document, file, "meter", meter => RailSection.ReadMeter(meter, wires)),
            Display = Optional(document, file, "display", display => ReadDisplay(display, wires)),
            Light = Optional(document, file, "light", light => ReadLight(light, wires)),
        };
    }

    /// <summary>A bridge, or this machine's own buses, and never both.</summary>
    private static PartWires ReadWires(DocumentSyntax document, string file)
    {
        if (!NativeSection.IsIn(document))
        {
            return new(ReadBridge(Single(document, file, "bridge")), null);
        }

        foreach (var bridge in document.Tables.Where(table => TomlSection.KeyOf(table.Name) == "bridge"))
        {
            throw TomlSection.Wrong(
                file,
                TomlSection.LineOf(bridge),
                "a board with [[i2c]], [gpio] or [uart] has no [bridge]; take one of them out.");
        }

        var buses = Several(document, file, "i2c", NativeSection.ReadBus);
        RefuseTwins(file, "i2c", buses.Select(bus => $"{bus.Number}"));
        var native = NativeSection.Read(buses, Single(document, file, "gpio"), Single(document, file, "uart"));
        return new(null, native);
    }

    private static DisplayConfig ReadDisplay(TomlSection display, PartWires wires)
    {
        _ = display.Choice("part", "ssd1306");
        var (bus, address) = wires.Read(display);
        var lines = display.Whole("lines", 4, 8);
        if (lines is not (4 or 8))
        {
            throw display.Wrong("lines", $"is {lines}; such a display has 4 or 8.");
        }

        display.Finish();
        return new(bus, address, lines);
    }

    private static LightConfig ReadLight(TomlSection light, PartWires wires)
    {
        var config = new LightConfig(wires.ReadPin(light, "pin"), light.Choice("lit", "high", "low") == "high");
        light.Finish();
        return config;
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

    private static T? Optional<T>(DocumentSyntax document, string file, string name, Func<TomlSection, T> read)
        where T : class =>
        document.Tables.Any(table => TomlSection.KeyOf(table.Name) == name) ? read(Single(document, file, name)) : null;

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
            if (TomlSection.KeyOf(table.Name) is not ("chain" or "sensor"))
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
            if (board.Rail is not { } rail || !RailSection.PartsWithDie.Contains(sensor.Part))
            {
                continue;
            }

            if ((sensor.Part, sensor.Bus, sensor.Address) != (rail.Part, rail.Bus, rail.Address))
            {
                throw TomlSection.Wrong(
                    board.File,
                    1,
                    $"the sensor \"{sensor.Name}\" is at 0x{sensor.Address:X2}, but [rail] has the {rail.Part} at "
                    + $"0x{rail.Address:X2}; give both one part and one address.");
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
            var volts = rail.Domains * point.Number(
                "volts", before.Volts.Value / rail.Domains, top.Volts.Value / rail.Domains);
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
}
