using System.Device.Gpio;
using System.Device.I2c;
using Drivers.Buses;

namespace Drivers.Power;

/// <summary>
/// Bitmain APW12 and APW121215 power supplies: 12 to 15 V for a hash board, switched by a pin, set over a slow serial
/// protocol on I2C. Everything here is reported by third parties and tried in simulation only. Without a setting the
/// unit gives about 15.2 V, so nothing switches it on before a setting was read back.
/// <para>
/// An answer takes half a second. Nothing here waits for one: a call sends what is next or takes what has come, and
/// false, or a null, means "not yet" until the call that says true. Identifying and setting take two exchanges each.
/// </para>
/// </summary>
/// <param name="register">Where the unit's port is: 0x11, on older units 0x00.</param>
/// <param name="on">The level of <paramref name="enable"/> at which the unit gives power; adapters differ.</param>
public sealed class Apw12(
    I2cDevice i2c,
    byte register,
    Volts voltsMin,
    Volts voltsMax,
    GpioPin enable,
    PinValue on,
    TimeProvider time) : IPowerRail
{
    /// <summary>What boards that such a unit feeds are run at, whatever the unit could do.</summary>
    public const double LowestVolts = 12.0;
    public const double HighestVolts = 15.0;

    private const byte NotReady = 0xF5;
    private const double PlausibleVolts = 16;

    private static readonly TimeSpan Thinking = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(1500);
    private static readonly TimeSpan FeedEvery = TimeSpan.FromSeconds(20);

    private (Apw12Command Command, long At)? asked;
    private int? firmware;
    private Apw12Scale? scale;
    private byte? setting;
    private byte? confirmed;
    private bool configured;
    private bool watched;
    private long fedAt;

    public TimeSpan AnswerTime => Thinking;

    private bool IsOn => enable.TryRead(out var level) && level == on;

    public bool MeasuresPower => false;

    /// <summary>True once the unit has told a type whose voltages are known, and the board's fit into them.</summary>
    public bool IsPresent()
    {
        firmware ??= Ask(Apw12Command.FirmwareVersion) & 0xFF;
        if (firmware is { } version && scale is null && Ask(Apw12Command.HardwareType) is { } type)
        {
            scale = Apw12Scale.Of((byte)(type & 0xFF), version);
        }

        return SettingWithin(voltsMin) is not null && SettingWithin(voltsMax) is not null;
    }

    public bool TryConfigure()
    {
        configured = enable.TryKeep(!on) && IsPresent() && TrySet(SettingWithin(voltsMin));
        return configured;
    }

    /// <summary>False before <see cref="TryConfigure"/> has succeeded, and until the setting is read back.</summary>
    public bool TryTurnOn(Volts setPoint) =>
        configured && TrySet(SettingWithin(setPoint)) && enable.TryKeep(on);

    /// <summary>By the pin alone, at once, and whatever the unit is doing.</summary>
    public bool TryTurnOff()
    {
        watched = false;
        return enable.TryKeep(!on);
    }

    /// <summary>
    /// The output of half a second ago, or null while there is none. While it gives power this also feeds the unit's
    /// watchdog, so that a host that no longer looks no longer feeds.
    /// </summary>
    public RailReading Read()
    {
        Volts? output = null;
        if (asked is { } question && Take(question.Command) is { } raw
            && question.Command == Apw12Command.MeasuredVoltage
            && Apw12Scale.Measured((ushort)raw) is var volts && volts.Value <= PlausibleVolts)
        {
            output = volts;
        }

        if (asked is null)
        {
            AskNext();
        }

        return default(RailReading) with
        {
            Output = output,
            IsOn = enable.TryRead(out var level) ? level == on : null,
        };
    }

    /// <summary>Within the board's limits and those of the type of unit; null where it cannot give that.</summary>
    private byte? SettingWithin(Volts volts)
    {
        var atLeast = Math.Max(volts.Value, Math.Max(LowestVolts, voltsMin.Value));
        return scale?.SettingOf(new Volts(Math.Min(atLeast, Math.Min(HighestVolts, voltsMax.Value))));
    }

    private bool TrySet(byte? wanted)
    {
        if (wanted is null)
        {
            return false;
        }

        if (setting != wanted)
        {
            // How it answers this nobody has reported; what counts is the setting that it tells afterwards.
            confirmed = null;
            Ask(Apw12Command.SetVoltage, wanted.Value, 0);
            setting = asked is null ? wanted : null;
        }
        else if (confirmed != wanted)
        {
            var told = Ask(Apw12Command.VoltageSetting);
            confirmed = told == wanted ? wanted : null;
            setting = told is null || told == wanted ? wanted : null; // Else: tell it again.
        }

        return confirmed == wanted;
    }

    private void AskNext()
    {
        if (IsOn && !watched)
        {
            watched = Send(Apw12Command.Watchdog, 1, 0);
            fedAt = time.GetTimestamp();
        }
        else if (IsOn && time.GetElapsedTime(fedAt) >= FeedEvery)
        {
            fedAt = Send(Apw12Command.FeedWatchdog) ? time.GetTimestamp() : fedAt;
        }
        else
        {
            Send(Apw12Command.MeasuredVoltage);
        }
    }

    /// <summary>The answer, if it has come and is one; else the question is sent, or still under way.</summary>
    private int? Ask(Apw12Command command, params ReadOnlySpan<byte> data)
    {
        if (asked is { } question && question.Command == command)
        {
            return Take(command);
        }

        Send(command, data);
        return null;
    }

    private bool Send(Apw12Command command, params ReadOnlySpan<byte> data)
    {
        asked = null;
        foreach (var value in Apw12Frame.Request(command, data))
        {
            if (!i2c.TryWrite([register, value]))
            {
                return false;
            }
        }

        asked = (command, time.GetTimestamp());
        return true;
    }

    /// <summary>Null while there is no answer. A broken one, or none for long, ends the question.</summary>
    private int? Take(Apw12Command command)
    {
        if (asked is not { } question || time.GetElapsedTime(question.At) is var waited && waited < Thinking)
        {
            return null;
        }

        Span<byte> reply = stackalloc byte[Apw12Frame.ReplySize];
        for (var i = 0; i < reply.Length; i++)
        {
            if (!i2c.TryWriteRead([register], reply.Slice(i, 1)) || (i == 0 && reply[0] == NotReady))
            {
                asked = waited < Patience ? asked : null;
                return null;
            }
        }

        asked = null;
        return Apw12Frame.TryRead(reply, command, out var value) ? value : null;
    }
}
