namespace Storm;

/// <summary>The product broken on purpose, behind the back of <see cref="Watch"/>: it has to notice.</summary>
internal enum Sabotage : byte
{
    None,

    /// <summary>Nobody looks after a guard that has died.</summary>
    NoSupervisor,

    /// <summary>No sensor ever tells of more than 60 °C.</summary>
    NoCutOff,

    /// <summary>The command to switch off is acknowledged, and that is all.</summary>
    NoPowerOff,

    /// <summary>The command to hold the chips is acknowledged, and that is all.</summary>
    NoReset,

    /// <summary>Every twentieth share vanishes on its way to the pool.</summary>
    LostShares,

    /// <summary>What the chips answered was no result.</summary>
    NoLiveness,

    /// <summary>The rail is told a tenth more than was meant.</summary>
    TooManyVolts,
}

/// <summary>What is wrong with the board at the moment, and with what surrounds it.</summary>
internal sealed class Troubles(int sensors, int fans)
{
    public Sabotage Sabotage { get; set; }

    /// <summary>These do not answer.</summary>
    public bool[] SensorSilent { get; } = new bool[sensors];

    /// <summary>These answer with what they saw when it began.</summary>
    public (double Degrees, TimeSpan Since)?[] SensorStuckAt { get; } = new (double, TimeSpan)?[sensors];

    /// <summary>So many degrees are added to what these see.</summary>
    public double[] SensorLie { get; } = new double[sensors];

    /// <summary>What these say lies up to so many degrees beside it.</summary>
    public double[] SensorNoise { get; } = new double[sensors];

    /// <summary>Another part stands at the address of these.</summary>
    public bool[] SensorSwapped { get; } = new bool[sensors];

    public bool[] FanStalled { get; } = new bool[fans];

    /// <summary>The share of their speed that these have lost.</summary>
    public double[] FanWear { get; } = new double[fans];

    /// <summary>These take no command.</summary>
    public bool[] FanDeaf { get; } = new bool[fans];

    /// <summary>The regulator obeys, and its output stays: a shorted switch.</summary>
    public bool RailShorted { get; set; }

    /// <summary>The regulator takes no command.</summary>
    public bool RailDeaf { get; set; }

    /// <summary>The regulator has switched itself off.</summary>
    public bool RailTripped { get; set; }

    /// <summary>The regulator does not answer when it is read.</summary>
    public bool RailMute { get; set; }

    /// <summary>Volts that the output is beside what it was told.</summary>
    public double RailOffset { get; set; }

    /// <summary>How many times as much as usual the chips draw.</summary>
    public double Draw { get; set; } = 1;

    /// <summary>Another regulator stands at the address.</summary>
    public bool RailSwapped { get; set; }

    /// <summary>Volts that the supply is below its nominal.</summary>
    public double InputSag { get; set; }

    /// <summary>Every transfer on the I2C bus times out. Pins of a bridge are not on that bus.</summary>
    public bool BusHangs { get; set; }

    /// <summary>The share of transfers that fail, or bring nonsense.</summary>
    public double BusNoise { get; set; }

    /// <summary>The board is unplugged.</summary>
    public bool Unplugged { get; set; }

    /// <summary>The chips hear nothing, and nothing of them is heard.</summary>
    public bool WireDead { get; set; }

    /// <summary>The port of the chips' wire is gone.</summary>
    public bool PortGone { get; set; }

    /// <summary>The chips hash and report wrong results only.</summary>
    public bool ChipsWrong { get; set; }

    /// <summary>The chips take jobs and hash nothing.</summary>
    public bool ChipsIdle { get; set; }

    public bool PoolGone { get; set; }

    /// <summary>New blocks, ten a second.</summary>
    public bool PoolStorms { get; set; }

    /// <summary>Nothing can be written.</summary>
    public bool FlashFull { get; set; }

    /// <summary>How late every process gets its turn.</summary>
    public TimeSpan Starved { get; set; }
}
