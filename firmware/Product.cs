using System.Reflection;

namespace Firmware;

/// <summary>What this program calls itself, to pools and to people.</summary>
public static class Product
{
    public const string Vendor = "Sv2Firmware";

    public static readonly string Version =
        typeof(Product).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!
            .InformationalVersion.Split('+')[0];
}
