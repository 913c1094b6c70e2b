namespace Firmware.Guard;

/// <summary>
/// A rail that was switched off: tells where it lives on all the same. A board without one shows it by not being safe,
/// which is that something still hashes.
/// </summary>
internal sealed class DeadRail(BoardIo io)
{
    /// <summary>How long a rail that is switched off may keep a voltage, and then how many samples prove it.</summary>
    private static readonly TimeSpan DischargeMax = TimeSpan.FromSeconds(3);

    private const int SamplesMax = 3;

    private TimeSpan offSince;
    private int samples;
    private int? mutePin;

    /// <summary>
    /// Why it is not proven off, where the command to switch off was not obeyed. Firmware of a bridge that does not
    /// show the pin is what keeps some boards off.
    /// </summary>
    public string WhyNotOff => mutePin is { } pin
        ? $"nothing can switch the power off: nothing answers for pin {pin}"
        : "waiting for proof that the power is off";

    /// <summary>The last command to switch off was obeyed, or was not: then its pins are asked.</summary>
    public void WasTold(bool obeyed) => mutePin = obeyed ? null : io.FindMutePin();

    /// <summary>It was switched off now, or nobody knows since when it is.</summary>
    public void Begin(TimeSpan now)
    {
        offSince = now;
        samples = 0;
    }

    /// <summary>By the last reading: why nobody may rely on the power being off, or null.</summary>
    /// <param name="safe">Both off commands were obeyed.</param>
    public FaultCause? Trouble(bool safe, TimeSpan now)
    {
        var lives = now - offSince >= DischargeMax
            && (io.Parts.Rail is null ? !safe : io.Rail.Output?.Value >= PowerSequence.OffBelow.Value);

        // A part that takes its time to answer says nothing in between, neither this nor that.
        var isWaiting = io.Parts.Rail?.Part.AnswerTime > TimeSpan.Zero && io.Rail.Output is null;
        samples = lives ? samples + 1 : isWaiting ? samples : 0;
        return samples < SamplesMax ? null
            : io.Parts.Rail is null ? new(FaultKind.StaysOn, "something hashes though nothing was granted")
            : new(FaultKind.StaysOn, $"the rail is at {io.Rail.Output} though it is switched off");
    }
}
