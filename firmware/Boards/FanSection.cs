using Drivers;

namespace Firmware.Boards;

/// <summary>[[fan]].</summary>
internal static class FanSection
{
    private const int BridgeChannelMax = 4;

    public static FanConfig Read(TomlSection fan, PartWires wires)
    {
        var name = fan.Text("name");
        var part = fan.Choice("part", "emc2101", "emc2103", "emc2301", "emc2302", "emc2303", "emc2305", "pwm");
        var channels = part switch
        {
            "emc2302" => 2,
            "emc2303" => 3,
            "emc2305" => 5,
            _ => 1,
        };
        var pwm = part == "pwm" ? ReadPwm(fan, wires) : null;
        var (bus, address) = pwm is null ? wires.Read(fan) : (0, 0);
        var hasTach = pwm is null or { TachPin: not null };
        var config = new FanConfig(
            name,
            part,
            address,
            DutyMin: new DutyCycle(fan.Number("duty_percent_min", 10, 100) / 100),
            RpmMin: hasTach ? new Rpm(fan.Number("rpm_min", 100, 20_000)) : default)
        {
            Bus = bus,
            Pwm = pwm,
            Channel = channels > 1 ? fan.Whole("channel", 1, channels) : 1,
        };
        fan.Finish();
        return config;
    }

    private static PwmConfig ReadPwm(TomlSection fan, PartWires wires)
    {
        // A bridge counts a tach for longer than guard waits for any part, so there it has none.
        var tach = wires.Native is null ? null : wires.ReadOptionalPin(fan, "tach_pin");
        return new(
            fan.Whole("pwm_chip", 0, 63),
            fan.Whole("pwm_channel", 0, wires.Native is null ? BridgeChannelMax : 63),
            fan.Whole("pwm_hertz", 10, 100_000),
            tach,
            tach is null ? 0 : fan.OptionalWhole("pulses_per_turn", 1, 8) ?? 2);
    }
}
